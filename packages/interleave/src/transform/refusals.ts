/**
 * What the transform refuses: forms whose shared operations it could not suspend. Each is refused with its place, unless a
 * comment there says why it may go unexplored.
 */
import ts from 'typescript';
import type { Colours } from './colour.ts';
import { isFunctionType } from './nodes.ts';
import { refuse } from './program.ts';
import { stripped, viewKind } from './views.ts';

/** Where a shared view may be put, as a value, without any of its elements being touched. */
const CONTAINERS: ReadonlySet<string> = new Set([
  'push',
  'set',
  'get',
  'has',
  'add',
  'delete',
  'freeze',
  'register',
  'is',
  'isView',
  'unshift',
]);
const ONE_STEP = /\bone step:\s*\S/;
const UNEXPLORED = /\bunexplored:\s*\S/;

export class Refusals {
  private readonly checker: ts.TypeChecker;
  private readonly colours: Colours;

  constructor(checker: ts.TypeChecker, colours: Colours) {
    this.checker = checker;
    this.colours = colours;
  }

  /** Refuses forms of the language that cannot have steps. `inSteps`: whether the function around has some. */
  forms(node: ts.Node, inSteps: boolean): void {
    if (
      ts.isArrayBindingPattern(node) &&
      ts.isVariableDeclaration(node.parent) &&
      node.parent.initializer !== undefined &&
      viewKind(this.checker, node.parent.initializer) === 'shared'
    )
      refuse(node, 'destructuring a shared view has no steps; read its elements');
    if (ts.isForOfStatement(node) && node.awaitModifier !== undefined && inSteps)
      refuse(node, 'for await in a function with steps');
    if (ts.isYieldExpression(node) && inSteps) refuse(node, 'a generator with shared operations');
    if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.Using) !== 0) this.using(node);
    if (ts.isBindingElement(node)) this.binding(node);
  }

  /** A shared view, or a function with steps, must not go where its operations could not be seen. */
  leaks(node: ts.CallExpression | ts.NewExpression, args: readonly ts.Expression[]): void {
    const declaration = this.checker.getResolvedSignature(node)?.declaration;
    if (declaration !== undefined && this.colours.isInProject(declaration)) return;
    const callee = stripped(node.expression);
    const last = ts.isPropertyAccessExpression(callee) ? callee.name.text : '';
    const isKnown = declaration !== undefined && isFunctionType(declaration);
    if (CONTAINERS.has(last) || isKnown || this.isExcused(node)) return;
    for (const argument of args) {
      if (viewKind(this.checker, argument) === 'shared') {
        refuse(
          argument,
          `a shared view is given to '${callee.getText()}', whose accesses would have no steps (or write // unexplored: reason)`,
        );
      }
      if (this.colours.stepValue(argument)) {
        refuse(
          argument,
          `a function with shared operations is given to '${callee.getText()}', which cannot be suspended (or write // unexplored: reason)`,
        );
      }
    }
  }

  /** Refuses a constructor with steps behind a base whose constructor is not known. */
  foreignBase(node: ts.ConstructorDeclaration): void {
    const heritage = node.parent.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)
      ?.types[0];
    if (heritage === undefined) return;
    const base = this.checker.getTypeAtLocation(heritage).symbol?.declarations?.find(ts.isClassLike);
    const hasConstructor = base?.members.some(ts.isConstructorDeclaration) === true;
    if (base === undefined || !this.colours.isInProject(base) || !hasConstructor) {
      refuse(
        node,
        'a constructor with shared operations in a class whose base has no constructor of its own; use a static function',
      );
    }
  }

  /** True if a comment says why something may go unexplored. */
  isExcused(node: ts.Node): boolean {
    return this.isMarked(node, UNEXPLORED);
  }

  /** True if a comment says why a method of a view is one step. */
  isOneStep(node: ts.Node): boolean {
    return this.isMarked(node, ONE_STEP);
  }

  private using(node: ts.VariableDeclarationList): void {
    for (const declaration of node.declarations) {
      const type = this.checker.getTypeAtLocation(declaration.name);
      const disposes = type
        .getProperties()
        .filter((p) => p.name.startsWith('__@dispose') || p.name.startsWith('__@asyncDispose'));
      const hasSteps = disposes.some((p) =>
        p.declarations?.some((d) => this.colours.isInProject(d) && this.colours.has(d)),
      );
      if (hasSteps) refuse(node, '`using` of a value whose disposal has shared operations; call it in a finally block');
    }
  }

  private binding(node: ts.BindingElement): void {
    const name = node.propertyName ?? node.name;
    if (!ts.isIdentifier(name) || !ts.isObjectBindingPattern(node.parent)) return;
    const property = this.checker.getTypeAtLocation(node.parent).getProperty(name.text);
    const hasSteps = property?.declarations?.some(
      (d) => ts.isGetAccessor(d) && this.colours.isInProject(d) && this.colours.has(d),
    );
    if (hasSteps === true) refuse(node, `'${name.text}' is a getter with shared operations; read it as a property`);
  }

  /** True if a comment on the node's line, or just above it, carries the mark. */
  private isMarked(node: ts.Node, mark: RegExp): boolean {
    const file = node.getSourceFile();
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
    const lines = file.text.split('\n');
    return mark.test(lines[line] ?? '') || (/^\s*\/\//.test(lines[line - 1] ?? '') && mark.test(lines[line - 1]!));
  }
}
