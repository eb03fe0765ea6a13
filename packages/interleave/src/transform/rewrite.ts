/**
 * Rewrites one source file into generator form: each shared operation becomes `yield $.operation(…)`, each function with
 * steps a generator, each call of one `yield*`. What cannot be rewritten is refused with its place; nothing is passed over.
 */
import ts from 'typescript';
import { Colours, isAssignment, isDeferring, isWritten } from './colour.ts';
import { refuse } from './program.ts';
import type { SiteTable } from './sites.ts';
import { atomicsCall, isSharedElement, isViewName, stripped, viewKind } from './views.ts';

const f = ts.factory;

/** Methods of arrays whose callbacks may have steps. */
const ARRAY_METHODS: ReadonlySet<string> = new Set([
  'forEach', 'map', 'filter', 'some', 'every', 'find', 'findIndex', 'reduce', 'flatMap',
]);
/** Where a shared view may be put, as a value, without any of its elements being touched. */
const CONTAINERS: ReadonlySet<string> = new Set(['push', 'set', 'get', 'has', 'add', 'delete', 'freeze', 'register', 'is', 'isView', 'unshift']);
const ONE_STEP = /\bone step:\s*\S/;
const UNEXPLORED = /\bunexplored:\s*\S/;

interface FunctionState {
  readonly steps: boolean;
  readonly isAsync: boolean;
  readonly temporaries: string[];
  usesThis: boolean;
}

export class Rewriter {
  private readonly checker: ts.TypeChecker;
  private readonly colours: Colours;
  private readonly sites: SiteTable;
  private context!: ts.TransformationContext;
  private current: FunctionState = { steps: false, isAsync: false, temporaries: [], usesThis: false };
  private counter = 0;

  constructor(checker: ts.TypeChecker, colours: Colours, sites: SiteTable) {
    this.checker = checker;
    this.colours = colours;
    this.sites = sites;
  }

  /** The text of the rewritten file: TypeScript still, without its types being right. */
  rewrite(file: ts.SourceFile): string {
    const result = ts.transform(file, [
      (context) => {
        this.context = context;
        return (root) => ts.visitEachChild(root, this.visit, context);
      },
    ]);
    const text = ts.createPrinter({ removeComments: true }).printFile(result.transformed[0]!);
    result.dispose();
    return text;
  }

  private readonly visit = (node: ts.Node): ts.Node | ts.Node[] => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return node;
    if (ts.isFunctionLike(node) && 'body' in node) return this.functionLike(node as ts.FunctionLikeDeclaration);
    if (ts.isCallExpression(node)) return this.call(node);
    if (ts.isNewExpression(node)) return this.construct(node);
    if (isSharedElement(this.checker, node)) return this.read(node);
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) return this.assignment(node);
    if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) return this.unary(node);
    if (ts.isPropertyAccessExpression(node)) return this.property(node);
    if (ts.isAwaitExpression(node) && this.current.steps && this.current.isAsync) return this.awaiting(node);
    if (node.kind === ts.SyntaxKind.ThisKeyword) this.current.usesThis = true;
    this.refuseForms(node);
    return ts.visitEachChild(node, this.visit, this.context);
  };

  private readonly expression = (node: ts.Expression): ts.Expression => ts.visitNode(node, this.visit) as ts.Expression;

  private refuseForms(node: ts.Node): void {
    if (ts.isArrayBindingPattern(node) && ts.isVariableDeclaration(node.parent) && node.parent.initializer !== undefined
      && viewKind(this.checker, node.parent.initializer) === 'shared') refuse(node, 'destructuring a shared view has no steps; read its elements');
    if (ts.isForOfStatement(node) && node.awaitModifier !== undefined && this.current.steps) refuse(node, 'for await in a function with steps');
    if (ts.isYieldExpression(node) && this.current.steps) refuse(node, 'a generator with shared operations');
    if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.Using) !== 0) this.refuseUsing(node);
    if (ts.isBindingElement(node)) this.refuseBinding(node);
  }

  private refuseUsing(node: ts.VariableDeclarationList): void {
    for (const declaration of node.declarations) {
      const type = this.checker.getTypeAtLocation(declaration.name);
      const disposes = type.getProperties().filter((p) => p.name.startsWith('__@dispose') || p.name.startsWith('__@asyncDispose'));
      const hasSteps = disposes.some((p) => p.declarations?.some((d) => this.colours.isInProject(d) && this.colours.has(d)));
      if (hasSteps) refuse(node, '`using` of a value whose disposal has shared operations; call it in a finally block');
    }
  }

  private refuseBinding(node: ts.BindingElement): void {
    const name = node.propertyName ?? node.name;
    if (!ts.isIdentifier(name) || !ts.isObjectBindingPattern(node.parent)) return;
    const property = this.checker.getTypeAtLocation(node.parent).getProperty(name.text);
    const hasSteps = property?.declarations?.some((d) => ts.isGetAccessor(d) && this.colours.isInProject(d) && this.colours.has(d));
    if (hasSteps === true) refuse(node, `'${name.text}' is a getter with shared operations; read it as a property`);
  }

  // Functions

  private functionLike(node: ts.FunctionLikeDeclaration): ts.Node | ts.Node[] {
    const steps = this.colours.has(node);
    const outer = this.current;
    const isAsync = node.modifiers?.some((m) => m.kind === ts.SyntaxKind.AsyncKeyword) === true;
    this.current = { steps, isAsync, temporaries: [], usesThis: false };
    if (steps && node.asteriskToken !== undefined) refuse(node, 'a generator with shared operations');
    const visited = ts.visitEachChild(node, this.visit, this.context) as ts.FunctionLikeDeclaration;
    const { temporaries, usesThis } = this.current;
    this.current = outer;
    if (usesThis && ts.isArrowFunction(node)) outer.usesThis = true;
    if (!steps || visited.body === undefined) return visited;
    return this.asGenerator(node, visited, withTemporaries(visited.body, temporaries), usesThis);
  }

  private asGenerator(original: ts.Node, node: ts.FunctionLikeDeclaration, body: ts.Block, usesThis: boolean): ts.Node | ts.Node[] {
    const star = f.createToken(ts.SyntaxKind.AsteriskToken);
    const modifiers = (ts.canHaveModifiers(node) ? node.modifiers : undefined)?.filter((m) => m.kind !== ts.SyntaxKind.AsyncKeyword);
    if (ts.isFunctionDeclaration(node)) {
      return f.updateFunctionDeclaration(node, modifiers, star, node.name, node.typeParameters, node.parameters, undefined, body);
    }
    if (ts.isMethodDeclaration(node)) {
      return f.updateMethodDeclaration(node, modifiers, star, node.name, node.questionToken, node.typeParameters, node.parameters, undefined, body);
    }
    if (ts.isConstructorDeclaration(node)) {
      this.refuseForeignBase(original as ts.ConstructorDeclaration);
      return f.createMethodDeclaration(undefined, star, '$init', undefined, undefined, node.parameters, undefined, body);
    }
    if (ts.isAccessor(node)) {
      const name = accessorName(node.name, ts.isGetAccessor(node) ? 'get' : 'set');
      const method = f.createMethodDeclaration(modifiers, star, name, undefined, undefined, node.parameters, undefined, body);
      return ts.isPrivateIdentifier(node.name) ? method : [method, forbidden(node, modifiers)];
    }
    if (ts.isFunctionExpression(node)) {
      return f.createFunctionExpression(modifiers as ts.Modifier[] | undefined, star, node.name, undefined, node.parameters, undefined, body);
    }
    const made = f.createParenthesizedExpression(f.createFunctionExpression(undefined, star, undefined, undefined, node.parameters, undefined, body));
    return usesThis ? f.createCallExpression(f.createPropertyAccessExpression(made, 'bind'), undefined, [f.createThis()]) : made;
  }

  private refuseForeignBase(node: ts.ConstructorDeclaration): void {
    const heritage = node.parent.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
    if (heritage === undefined) return;
    const base = this.checker.getTypeAtLocation(heritage).symbol?.declarations?.find(ts.isClassLike);
    const hasConstructor = base?.members.some(ts.isConstructorDeclaration) === true;
    if (base === undefined || !this.colours.isInProject(base) || !hasConstructor) {
      refuse(node, 'a constructor with shared operations in a class whose base has no constructor of its own; use a static function');
    }
  }

  // Calls

  private call(node: ts.CallExpression): ts.Node {
    const atomic = atomicsCall(node);
    if (atomic !== undefined) return this.atomic(node, atomic);
    const virtual = virtualService(node);
    if (virtual !== undefined) return this.service(virtual);
    if (node.expression.kind === ts.SyntaxKind.SuperKeyword) return this.superCall(node);
    const isStep = this.colours.hasStepTag(node);
    if (this.colours.isViewMethod(node)) return this.viewMethod(node);
    const callback = this.stepCallback(node);
    if (callback && !isStep) return this.arrayMethod(node);
    if (!isStep) this.refuseLeaks(node, node.arguments);
    const target = this.colours.target(node);
    const visited = ts.visitEachChild(node, this.visit, this.context);
    if (!isStep && !this.colours.runsSteps(node)) return this.colours.isUnknownCall(node) ? this.guarded(node, visited) : visited;
    if (node.questionDotToken !== undefined || ts.isOptionalChain(node)) return this.optionalCall(node, visited);
    this.requireAwait(node);
    return this.delegate(node, target.dynamic ? this.runtime('dyn', [visited]) : visited);
  }

  /** By the types this call has no steps; if it has at run time, the run stops instead of passing over them. */
  private guarded(node: ts.CallExpression, visited: ts.CallExpression): ts.Expression {
    return ts.isOptionalChain(node) || node.expression.kind === ts.SyntaxKind.ImportKeyword
      ? visited
      : this.runtime('sync', [visited, f.createStringLiteral(place(node))]);
  }

  private optionalCall(node: ts.CallExpression, visited: ts.CallExpression): ts.Expression {
    this.requireAwait(node);
    return this.delegate(node, this.runtime('dyn', [visited]));
  }

  /** A call of an async function with steps is one with its `await`: otherwise it would be a thread of its own. */
  private requireAwait(node: ts.CallExpression): void {
    const isAsync = this.colours.target(node).containers.some((c) => ts.canHaveModifiers(c)
      && ts.getModifiers(c)?.some((m) => m.kind === ts.SyntaxKind.AsyncKeyword) === true);
    if (!isAsync) return;
    let outer: ts.Node = node;
    while (ts.isParenthesizedExpression(outer.parent) || ts.isAsExpression(outer.parent)) outer = outer.parent;
    const { parent } = outer;
    const isReturned = (ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === outer)) && this.current.steps;
    if (!ts.isAwaitExpression(parent) && !isReturned) refuse(node, 'an async function with shared operations must be awaited where it is called');
  }

  private superCall(node: ts.CallExpression): ts.Node {
    const visited = ts.visitEachChild(node, this.visit, this.context);
    if (!this.current.steps) return visited;
    const init = f.createPropertyAccessExpression(f.createSuper(), '$init');
    return this.delegate(node, f.createCallExpression(init, undefined, visited.arguments));
  }

  private construct(node: ts.NewExpression): ts.Node {
    if (!isDeferring(node)) this.refuseLeaks(node, node.arguments ?? []);
    const visited = ts.visitEachChild(node, this.visit, this.context);
    if (this.colours.runsSteps(node)) {
      return this.delegate(node, this.runtime('construct', [visited.expression, f.createArrayLiteralExpression(visited.arguments)]));
    }
    const makesView = ts.isIdentifier(node.expression) && isViewName(node.expression.text);
    if (!makesView || viewKind(this.checker, node) !== 'private' || node.arguments?.length === 0) return visited;
    return this.runtime('privateView', [visited, f.createStringLiteral(place(node))]);
  }

  private stepCallback(node: ts.CallExpression): boolean {
    const declaration = this.checker.getResolvedSignature(node)?.declaration;
    if (declaration !== undefined && (this.colours.isInProject(declaration) || isFunctionType(declaration))) return false;
    return node.arguments.some((argument) => this.colours.stepValue(argument));
  }

  private arrayMethod(node: ts.CallExpression): ts.Node {
    const callee = node.expression;
    if (ts.isPropertyAccessExpression(callee) && ARRAY_METHODS.has(callee.name.text)
      && this.checker.isArrayLikeType(this.checker.getTypeAtLocation(callee.expression))) {
      const name = f.createStringLiteral(callee.name.text);
      return this.delegate(node, this.runtime('eachOf', [name, this.expression(callee.expression), ...node.arguments.map(this.expression)]));
    }
    if (ts.isPropertyAccessExpression(callee) && callee.getText() === 'Array.from' && node.arguments.length === 2) {
      const [source, mapper] = node.arguments;
      const made = f.createCallExpression(callee, undefined, [this.expression(source!)]);
      return this.delegate(node, this.runtime('eachOf', [f.createStringLiteral('map'), made, this.expression(mapper!)]));
    }
    if (isDeferring(node) || this.isExcused(node)) return ts.visitEachChild(node, this.visit, this.context);
    refuse(node, `a function with shared operations is given to '${callee.getText()}', which cannot be suspended (or write // unexplored: reason)`);
  }

  /** A shared view, or a function with steps, must not go where its operations could not be seen. */
  private refuseLeaks(node: ts.CallExpression | ts.NewExpression, args: readonly ts.Expression[]): void {
    const declaration = this.checker.getResolvedSignature(node)?.declaration;
    if (declaration !== undefined && this.colours.isInProject(declaration)) return;
    const callee = stripped(node.expression);
    const last = ts.isPropertyAccessExpression(callee) ? callee.name.text : '';
    const isKnown = declaration !== undefined && isFunctionType(declaration);
    if (CONTAINERS.has(last) || isKnown || this.isExcused(node)) return;
    for (const argument of args) {
      if (viewKind(this.checker, argument) === 'shared') {
        refuse(argument, `a shared view is given to '${callee.getText()}', whose accesses would have no steps (or write // unexplored: reason)`);
      }
      if (this.colours.stepValue(argument)) {
        refuse(argument, `a function with shared operations is given to '${callee.getText()}', which cannot be suspended (or write // unexplored: reason)`);
      }
    }
  }

  private isExcused(node: ts.Node): boolean {
    return this.isMarked(node, UNEXPLORED);
  }

  /** True if a comment on the node's line, or just above it, carries the mark. */
  private isMarked(node: ts.Node, mark: RegExp): boolean {
    const file = node.getSourceFile();
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
    const lines = file.text.split('\n');
    return mark.test(lines[line] ?? '') || (/^\s*\/\//.test(lines[line - 1] ?? '') && mark.test(lines[line - 1]!));
  }

  // Operations

  private atomic(node: ts.CallExpression, name: string): ts.Node {
    if (name === 'isLockFree') return node;
    if (name === 'pause') return this.suspend(node, 'pause', []);
    if (viewKind(this.checker, node.arguments[0]!) !== 'shared') return ts.visitEachChild(node, this.visit, this.context);
    const wanted = ARGUMENTS[name];
    if (wanted === undefined) refuse(node, `Atomics.${name} is not known to the explorer`);
    const args = node.arguments.map(this.expression);
    while (args.length < wanted) args.push(f.createVoidZero());
    return this.suspend(node, name, args);
  }

  private read(node: ts.ElementAccessExpression): ts.Expression {
    if (node.questionDotToken !== undefined) refuse(node, 'optional access to an element of a shared view; test the view first');
    if (ts.isDeleteExpression(node.parent)) refuse(node, 'an element of a view cannot be deleted');
    if (isPatternTarget(node)) refuse(node, 'an element of a shared view as the target of a pattern; assign it by itself');
    return this.suspend(node, 'get', [this.expression(node.expression), this.expression(node.argumentExpression)]);
  }

  private assignment(node: ts.BinaryExpression): ts.Node {
    const target = stripped(node.left);
    if (ts.isPropertyAccessExpression(target) && this.colours.runsSteps(target)) return this.assignAccessor(node, target);
    if (!isSharedElement(this.checker, target)) return ts.visitEachChild(node, this.visit, this.context);
    const operator = node.operatorToken.kind;
    const view = this.expression(target.expression);
    const index = this.expression(target.argumentExpression);
    if (operator === ts.SyntaxKind.EqualsToken) return this.suspend(target, 'set', [view, index, this.expression(node.right)]);
    const binary = COMPOUND.get(operator);
    if (binary === undefined) refuse(node, 'a logical assignment to an element of a shared view; write it out');
    return this.modify(target, view, index, (old) => f.createBinaryExpression(old, binary, f.createParenthesizedExpression(this.expression(node.right))), false);
  }

  private unary(node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression): ts.Node {
    const operator = node.operator;
    const isStepwise = operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
    const target = stripped(node.operand as ts.Expression);
    if (isStepwise && ts.isPropertyAccessExpression(target) && this.colours.runsSteps(target)) refuse(node, 'write out the change of an accessor with steps');
    if (!isStepwise || !isSharedElement(this.checker, target)) return ts.visitEachChild(node, this.visit, this.context);
    const binary = operator === ts.SyntaxKind.PlusPlusToken ? ts.SyntaxKind.PlusToken : ts.SyntaxKind.MinusToken;
    const view = this.expression(target.expression);
    const index = this.expression(target.argumentExpression);
    return this.modify(target, view, index, (old) => f.createBinaryExpression(old, binary, f.createNumericLiteral(1)), ts.isPostfixUnaryExpression(node));
  }

  /** Reads, computes and writes: `view` and `index` are evaluated once. */
  private modify(node: ts.Node, view: ts.Expression, index: ts.Expression, next: (old: ts.Expression) => ts.Expression, givesOld: boolean): ts.Expression {
    const [v, i, old] = [this.temporary(), this.temporary(), this.temporary()];
    const parts = [
      f.createAssignment(v, view),
      f.createAssignment(i, index),
      f.createAssignment(old, this.suspend(node, 'get', [v, i])),
      this.suspend(node, 'set', [v, i, next(old)]),
    ];
    if (givesOld) parts.push(old);
    return f.createParenthesizedExpression(parts.reduce((left, right) => f.createComma(left, right)));
  }

  private assignAccessor(node: ts.BinaryExpression, target: ts.PropertyAccessExpression): ts.Node {
    if (node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) refuse(node, 'write out the change of an accessor with steps');
    if (!ts.isExpressionStatement(node.parent)) refuse(node, 'the value of an assignment to a setter with steps');
    if (this.colours.target(target).dynamic) refuse(node, 'an assignment through an interface to a setter with steps');
    const setter = f.createPropertyAccessExpression(this.expression(target.expression), accessorName(target.name, 'set') as ts.MemberName);
    return this.delegate(node, f.createCallExpression(setter, undefined, [this.expression(node.right)]));
  }

  private property(node: ts.PropertyAccessExpression): ts.Node {
    if (isWritten(node) || !this.colours.runsSteps(node)) return ts.visitEachChild(node, this.visit, this.context);
    if (ts.isOptionalChain(node)) refuse(node, 'optional access to a getter with steps');
    const object = this.expression(node.expression);
    if (this.colours.target(node).dynamic) return this.delegate(node, this.runtime('getOf', [object, f.createStringLiteral(node.name.text)]));
    const getter = f.createPropertyAccessExpression(object, accessorName(node.name, 'get') as ts.MemberName);
    return this.delegate(node, f.createCallExpression(getter, undefined, []));
  }

  private viewMethod(node: ts.CallExpression): ts.Node {
    const callee = node.expression as ts.PropertyAccessExpression;
    const oneStep = this.isMarked(node, ONE_STEP) ? f.createTrue() : f.createFalse();
    const args = [this.expression(callee.expression), ...node.arguments.map(this.expression)];
    return this.delegate(node, this.runtime('view', [f.createStringLiteral(callee.name.text), oneStep, this.site(node), ...args]));
  }

  private awaiting(node: ts.AwaitExpression): ts.Node {
    return this.delegate(node, this.runtime('settle', [this.expression(node.expression), this.site(node)]));
  }

  // Pieces

  private suspend(node: ts.Node, method: string, args: readonly ts.Expression[]): ts.Expression {
    this.requireSteps(node);
    return f.createParenthesizedExpression(f.createYieldExpression(undefined, this.runtime(method, [...args, this.site(node)])));
  }

  private delegate(node: ts.Node, call: ts.Expression): ts.Expression {
    this.requireSteps(node);
    return f.createParenthesizedExpression(f.createYieldExpression(f.createToken(ts.SyntaxKind.AsteriskToken), call));
  }

  private requireSteps(node: ts.Node): void {
    if (!this.current.steps) refuse(node, 'a shared operation in a place that was not recognised as a function with steps');
  }

  private runtime(method: string, args: readonly ts.Expression[]): ts.Expression {
    return f.createCallExpression(f.createPropertyAccessExpression(f.createIdentifier('$'), method), undefined, args);
  }

  private service(name: string): ts.Expression {
    return this.runtime(name, []);
  }

  private site(node: ts.Node): ts.Expression {
    return f.createNumericLiteral(this.sites.add(node));
  }

  private temporary(): ts.Identifier {
    const name = `$${this.counter++}`;
    this.current.temporaries.push(name);
    return f.createIdentifier(name);
  }
}

const ARGUMENTS: Readonly<Record<string, number>> = {
  load: 2, store: 3, add: 3, sub: 3, and: 3, or: 3, xor: 3, exchange: 3, compareExchange: 4, wait: 4, waitAsync: 4, notify: 3,
};

const COMPOUND: ReadonlyMap<ts.SyntaxKind, ts.BinaryOperator> = new Map<ts.SyntaxKind, ts.BinaryOperator>([
  [ts.SyntaxKind.PlusEqualsToken, ts.SyntaxKind.PlusToken],
  [ts.SyntaxKind.MinusEqualsToken, ts.SyntaxKind.MinusToken],
  [ts.SyntaxKind.AsteriskEqualsToken, ts.SyntaxKind.AsteriskToken],
  [ts.SyntaxKind.SlashEqualsToken, ts.SyntaxKind.SlashToken],
  [ts.SyntaxKind.PercentEqualsToken, ts.SyntaxKind.PercentToken],
  [ts.SyntaxKind.AmpersandEqualsToken, ts.SyntaxKind.AmpersandToken],
  [ts.SyntaxKind.BarEqualsToken, ts.SyntaxKind.BarToken],
  [ts.SyntaxKind.CaretEqualsToken, ts.SyntaxKind.CaretToken],
  [ts.SyntaxKind.LessThanLessThanEqualsToken, ts.SyntaxKind.LessThanLessThanToken],
  [ts.SyntaxKind.GreaterThanGreaterThanEqualsToken, ts.SyntaxKind.GreaterThanGreaterThanToken],
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken, ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken],
]);

/** Clocks and random numbers of a thread are its own, so that a run can be repeated. */
function virtualService(node: ts.CallExpression): string | undefined {
  const callee = node.expression.getText();
  if (callee === 'performance.now' || callee === 'Date.now') return 'now';
  return callee === 'Math.random' ? 'random' : undefined;
}

function withTemporaries(body: ts.ConciseBody, temporaries: readonly string[]): ts.Block {
  const block = ts.isBlock(body) ? body : f.createBlock([f.createReturnStatement(body)], true);
  if (temporaries.length === 0) return block;
  const list = f.createVariableDeclarationList(temporaries.map((name) => f.createVariableDeclaration(name)), ts.NodeFlags.Let);
  return f.updateBlock(block, [f.createVariableStatement(undefined, list), ...block.statements]);
}

function accessorName(name: ts.PropertyName | ts.MemberName, role: 'get' | 'set'): ts.PropertyName {
  if (ts.isPrivateIdentifier(name)) return f.createPrivateIdentifier(`#$${role}_${name.text.slice(1)}`);
  if (ts.isIdentifier(name)) return f.createIdentifier(`$${role}_${name.text}`);
  return refuse(name, 'an accessor with steps must have a plain name');
}

/** What is left of an accessor with steps: reading it in a way that the types did not show stops the run. */
function forbidden(node: ts.AccessorDeclaration, modifiers: readonly ts.ModifierLike[] | undefined): ts.Node {
  const message = f.createStringLiteral(`'${node.name.getText()}' has shared operations, but the types do not show it here`);
  const body = f.createBlock([f.createThrowStatement(f.createNewExpression(f.createIdentifier('TypeError'), undefined, [message]))]);
  if (ts.isGetAccessor(node)) return f.createGetAccessorDeclaration(modifiers, node.name, [], undefined, body);
  return f.createSetAccessorDeclaration(modifiers, node.name, [f.createParameterDeclaration(undefined, undefined, 'value')], body);
}

function isPatternTarget(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isArrayLiteralExpression(parent)) {
    const outer = parent.parent;
    return (ts.isBinaryExpression(outer) && outer.left === parent && outer.operatorToken.kind === ts.SyntaxKind.EqualsToken);
  }
  return (ts.isForOfStatement(parent) || ts.isForInStatement(parent)) && parent.initializer === node;
}

function isFunctionType(node: ts.Node): boolean {
  return ts.isFunctionTypeNode(node) || ts.isCallSignatureDeclaration(node);
}

function place(node: ts.Node): string {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
  return `${file.fileName}:${line + 1}`;
}
