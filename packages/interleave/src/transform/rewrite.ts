/**
 * Rewrites one source file into generator form: each shared operation becomes `yield $.operation(…)`, each function with
 * steps a generator, each call of one `yield*`. What cannot be rewritten is refused with its place; nothing is passed over.
 */
import ts from 'typescript';
import { type Colours, isAssignment, isDeferring, isWritten } from './colour.ts';
import {
  ARGUMENTS,
  accessorName,
  COMPOUND,
  forbidden,
  isFunctionType,
  isPatternTarget,
  place,
  virtualService,
  withTemporaries,
} from './nodes.ts';
import { refuse } from './program.ts';
import { Refusals } from './refusals.ts';
import type { SiteTable } from './sites.ts';
import { atomicsCall, isSharedElement, isViewName, stripped, viewKind } from './views.ts';

const f = ts.factory;

/** Methods of arrays whose callbacks may have steps. */
const ARRAY_METHODS: ReadonlySet<string> = new Set([
  'forEach',
  'map',
  'filter',
  'some',
  'every',
  'find',
  'findIndex',
  'reduce',
  'flatMap',
]);
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
  private readonly refusals: Refusals;
  private context!: ts.TransformationContext;
  private current: FunctionState = { steps: false, isAsync: false, temporaries: [], usesThis: false };
  private counter = 0;

  constructor(checker: ts.TypeChecker, colours: Colours, sites: SiteTable) {
    this.checker = checker;
    this.colours = colours;
    this.sites = sites;
    this.refusals = new Refusals(checker, colours);
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
    this.refusals.forms(node, this.current.steps);
    return ts.visitEachChild(node, this.visit, this.context);
  };

  private readonly expression = (node: ts.Expression): ts.Expression => ts.visitNode(node, this.visit) as ts.Expression;

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

  private asGenerator(
    original: ts.Node,
    node: ts.FunctionLikeDeclaration,
    body: ts.Block,
    usesThis: boolean,
  ): ts.Node | ts.Node[] {
    const star = f.createToken(ts.SyntaxKind.AsteriskToken);
    const modifiers = (ts.canHaveModifiers(node) ? node.modifiers : undefined)?.filter(
      (m) => m.kind !== ts.SyntaxKind.AsyncKeyword,
    );
    if (ts.isFunctionDeclaration(node)) {
      return f.updateFunctionDeclaration(
        node,
        modifiers,
        star,
        node.name,
        node.typeParameters,
        node.parameters,
        undefined,
        body,
      );
    }
    if (ts.isMethodDeclaration(node)) {
      return f.updateMethodDeclaration(
        node,
        modifiers,
        star,
        node.name,
        node.questionToken,
        node.typeParameters,
        node.parameters,
        undefined,
        body,
      );
    }
    if (ts.isConstructorDeclaration(node)) {
      this.refusals.foreignBase(original as ts.ConstructorDeclaration);
      return f.createMethodDeclaration(
        undefined,
        star,
        '$init',
        undefined,
        undefined,
        node.parameters,
        undefined,
        body,
      );
    }
    if (ts.isAccessor(node)) {
      const name = accessorName(node.name, ts.isGetAccessor(node) ? 'get' : 'set');
      const method = f.createMethodDeclaration(
        modifiers,
        star,
        name,
        undefined,
        undefined,
        node.parameters,
        undefined,
        body,
      );
      return ts.isPrivateIdentifier(node.name) ? method : [method, forbidden(node, modifiers)];
    }
    if (ts.isFunctionExpression(node)) {
      return f.createFunctionExpression(
        modifiers as ts.Modifier[] | undefined,
        star,
        node.name,
        undefined,
        node.parameters,
        undefined,
        body,
      );
    }
    const made = f.createParenthesizedExpression(
      f.createFunctionExpression(undefined, star, undefined, undefined, node.parameters, undefined, body),
    );
    return usesThis
      ? f.createCallExpression(f.createPropertyAccessExpression(made, 'bind'), undefined, [f.createThis()])
      : made;
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
    if (!isStep) this.refusals.leaks(node, node.arguments);
    const target = this.colours.target(node);
    const visited = ts.visitEachChild(node, this.visit, this.context);
    if (!isStep && !this.colours.runsSteps(node))
      return this.colours.isUnknownCall(node) ? this.guarded(node, visited) : visited;
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
    const isAsync = this.colours
      .target(node)
      .containers.some(
        (c) =>
          ts.canHaveModifiers(c) && ts.getModifiers(c)?.some((m) => m.kind === ts.SyntaxKind.AsyncKeyword) === true,
      );
    if (!isAsync) return;
    let outer: ts.Node = node;
    while (ts.isParenthesizedExpression(outer.parent) || ts.isAsExpression(outer.parent)) outer = outer.parent;
    const { parent } = outer;
    const isReturned =
      (ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === outer)) && this.current.steps;
    if (!ts.isAwaitExpression(parent) && !isReturned)
      refuse(node, 'an async function with shared operations must be awaited where it is called');
  }

  private superCall(node: ts.CallExpression): ts.Node {
    const visited = ts.visitEachChild(node, this.visit, this.context);
    if (!this.current.steps) return visited;
    const init = f.createPropertyAccessExpression(f.createSuper(), '$init');
    return this.delegate(node, f.createCallExpression(init, undefined, visited.arguments));
  }

  private construct(node: ts.NewExpression): ts.Node {
    if (!isDeferring(node)) this.refusals.leaks(node, node.arguments ?? []);
    const visited = ts.visitEachChild(node, this.visit, this.context);
    if (this.colours.runsSteps(node)) {
      return this.delegate(
        node,
        this.runtime('construct', [visited.expression, f.createArrayLiteralExpression(visited.arguments)]),
      );
    }
    const makesView = ts.isIdentifier(node.expression) && isViewName(node.expression.text);
    if (!makesView || viewKind(this.checker, node) !== 'private' || node.arguments?.length === 0) return visited;
    return this.runtime('privateView', [visited, f.createStringLiteral(place(node))]);
  }

  private stepCallback(node: ts.CallExpression): boolean {
    const declaration = this.checker.getResolvedSignature(node)?.declaration;
    if (declaration !== undefined && (this.colours.isInProject(declaration) || isFunctionType(declaration)))
      return false;
    return node.arguments.some((argument) => this.colours.stepValue(argument));
  }

  private arrayMethod(node: ts.CallExpression): ts.Node {
    const callee = node.expression;
    if (
      ts.isPropertyAccessExpression(callee) &&
      ARRAY_METHODS.has(callee.name.text) &&
      this.checker.isArrayLikeType(this.checker.getTypeAtLocation(callee.expression))
    ) {
      const name = f.createStringLiteral(callee.name.text);
      return this.delegate(
        node,
        this.runtime('eachOf', [name, this.expression(callee.expression), ...node.arguments.map(this.expression)]),
      );
    }
    if (ts.isPropertyAccessExpression(callee) && callee.getText() === 'Array.from' && node.arguments.length === 2) {
      const [source, mapper] = node.arguments;
      const made = f.createCallExpression(callee, undefined, [this.expression(source!)]);
      return this.delegate(
        node,
        this.runtime('eachOf', [f.createStringLiteral('map'), made, this.expression(mapper!)]),
      );
    }
    if (isDeferring(node) || this.refusals.isExcused(node)) return ts.visitEachChild(node, this.visit, this.context);
    refuse(
      node,
      `a function with shared operations is given to '${callee.getText()}', which cannot be suspended (or write // unexplored: reason)`,
    );
  }

  // Operations

  private atomic(node: ts.CallExpression, name: string): ts.Node {
    if (name === 'isLockFree') return node;
    if (name === 'pause') return this.suspend(node, 'pause', []);
    if (viewKind(this.checker, node.arguments[0]!) !== 'shared')
      return ts.visitEachChild(node, this.visit, this.context);
    const wanted = ARGUMENTS[name];
    if (wanted === undefined) refuse(node, `Atomics.${name} is not known to the explorer`);
    const args = node.arguments.map(this.expression);
    while (args.length < wanted) args.push(f.createVoidZero());
    return this.suspend(node, name, args);
  }

  private read(node: ts.ElementAccessExpression): ts.Expression {
    if (node.questionDotToken !== undefined)
      refuse(node, 'optional access to an element of a shared view; test the view first');
    if (ts.isDeleteExpression(node.parent)) refuse(node, 'an element of a view cannot be deleted');
    if (isPatternTarget(node))
      refuse(node, 'an element of a shared view as the target of a pattern; assign it by itself');
    return this.suspend(node, 'get', [this.expression(node.expression), this.expression(node.argumentExpression)]);
  }

  private assignment(node: ts.BinaryExpression): ts.Node {
    const target = stripped(node.left);
    if (ts.isPropertyAccessExpression(target) && this.colours.runsSteps(target))
      return this.assignAccessor(node, target);
    if (!isSharedElement(this.checker, target)) return ts.visitEachChild(node, this.visit, this.context);
    const operator = node.operatorToken.kind;
    const view = this.expression(target.expression);
    const index = this.expression(target.argumentExpression);
    if (operator === ts.SyntaxKind.EqualsToken)
      return this.suspend(target, 'set', [view, index, this.expression(node.right)]);
    const binary = COMPOUND.get(operator);
    if (binary === undefined) refuse(node, 'a logical assignment to an element of a shared view; write it out');
    return this.modify(
      target,
      view,
      index,
      (old) => f.createBinaryExpression(old, binary, f.createParenthesizedExpression(this.expression(node.right))),
      false,
    );
  }

  private unary(node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression): ts.Node {
    const operator = node.operator;
    const isStepwise = operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
    const target = stripped(node.operand as ts.Expression);
    if (isStepwise && ts.isPropertyAccessExpression(target) && this.colours.runsSteps(target))
      refuse(node, 'write out the change of an accessor with steps');
    if (!isStepwise || !isSharedElement(this.checker, target)) return ts.visitEachChild(node, this.visit, this.context);
    const binary = operator === ts.SyntaxKind.PlusPlusToken ? ts.SyntaxKind.PlusToken : ts.SyntaxKind.MinusToken;
    const view = this.expression(target.expression);
    const index = this.expression(target.argumentExpression);
    return this.modify(
      target,
      view,
      index,
      (old) => f.createBinaryExpression(old, binary, f.createNumericLiteral(1)),
      ts.isPostfixUnaryExpression(node),
    );
  }

  /** Reads, computes and writes: `view` and `index` are evaluated once. */
  private modify(
    node: ts.Node,
    view: ts.Expression,
    index: ts.Expression,
    next: (old: ts.Expression) => ts.Expression,
    givesOld: boolean,
  ): ts.Expression {
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
    if (node.operatorToken.kind !== ts.SyntaxKind.EqualsToken)
      refuse(node, 'write out the change of an accessor with steps');
    if (!ts.isExpressionStatement(node.parent)) refuse(node, 'the value of an assignment to a setter with steps');
    if (this.colours.target(target).dynamic) refuse(node, 'an assignment through an interface to a setter with steps');
    const setter = f.createPropertyAccessExpression(
      this.expression(target.expression),
      accessorName(target.name, 'set') as ts.MemberName,
    );
    return this.delegate(node, f.createCallExpression(setter, undefined, [this.expression(node.right)]));
  }

  private property(node: ts.PropertyAccessExpression): ts.Node {
    if (isWritten(node) || !this.colours.runsSteps(node)) return ts.visitEachChild(node, this.visit, this.context);
    if (ts.isOptionalChain(node)) refuse(node, 'optional access to a getter with steps');
    const object = this.expression(node.expression);
    if (this.colours.target(node).dynamic)
      return this.delegate(node, this.runtime('getOf', [object, f.createStringLiteral(node.name.text)]));
    const getter = f.createPropertyAccessExpression(object, accessorName(node.name, 'get') as ts.MemberName);
    return this.delegate(node, f.createCallExpression(getter, undefined, []));
  }

  private viewMethod(node: ts.CallExpression): ts.Node {
    const callee = node.expression as ts.PropertyAccessExpression;
    const oneStep = this.refusals.isOneStep(node) ? f.createTrue() : f.createFalse();
    const args = [this.expression(callee.expression), ...node.arguments.map(this.expression)];
    return this.delegate(
      node,
      this.runtime('view', [f.createStringLiteral(callee.name.text), oneStep, this.site(node), ...args]),
    );
  }

  private awaiting(node: ts.AwaitExpression): ts.Node {
    return this.delegate(node, this.runtime('settle', [this.expression(node.expression), this.site(node)]));
  }

  // Pieces

  private suspend(node: ts.Node, method: string, args: readonly ts.Expression[]): ts.Expression {
    this.requireSteps(node);
    return f.createParenthesizedExpression(
      f.createYieldExpression(undefined, this.runtime(method, [...args, this.site(node)])),
    );
  }

  private delegate(node: ts.Node, call: ts.Expression): ts.Expression {
    this.requireSteps(node);
    return f.createParenthesizedExpression(f.createYieldExpression(f.createToken(ts.SyntaxKind.AsteriskToken), call));
  }

  private requireSteps(node: ts.Node): void {
    if (!this.current.steps)
      refuse(node, 'a shared operation in a place that was not recognised as a function with steps');
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
