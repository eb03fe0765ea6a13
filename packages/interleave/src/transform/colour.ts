/**
 * Finds the functions that must become generators: those that contain a step, or call one that does.
 *
 * A method, what it overrides and the interface methods that it implements are one family: if one has steps, all are made
 * generators, so that a call needs to know only the family. Calls of function values go to every function value that fits.
 */
import ts from 'typescript';
import { refuse } from './program.ts';
import { atomicsCall, isSharedElement, stripped, viewKind } from './views.ts';

/** A piece of code whose steps run when it runs: a function, or a place where no step can be. */
export type Container = ts.Node;

/** What a call reaches. `dynamic`: known only when it runs. */
export interface Target {
  readonly containers: readonly Container[];
  readonly dynamic: boolean;
}

const NOTHING: Target = { containers: [], dynamic: false };

/** Methods of typed arrays that the runtime does one element after the other. */
export const VIEW_METHODS: ReadonlySet<string> = new Set(['fill', 'set', 'slice', 'copyWithin']);
/** Members of a typed array that touch no element. */
const HARMLESS: ReadonlySet<string> = new Set(['length', 'byteLength', 'byteOffset', 'buffer', 'BYTES_PER_ELEMENT', 'subarray', 'constructor']);

export class Colours {
  private readonly checker: ts.TypeChecker;
  private readonly files: readonly ts.SourceFile[];
  private readonly parents = new Map<ts.Node, ts.Node>();
  private readonly edges = new Map<Container, Set<Container>>();
  private readonly coloured = new Set<Container>();
  private readonly values = new Set<ts.SignatureDeclaration>();
  private readonly targets = new Map<ts.Node, Target>();
  private readonly signatures: (ts.MethodSignature | ts.PropertySignature)[] = [];
  private readonly methods = new Map<string, (ts.MethodDeclaration | ts.GetAccessorDeclaration)[]>();
  private readonly dynamicCalls: { readonly call: ts.CallExpression; readonly container: Container }[] = [];

  constructor(checker: ts.TypeChecker, files: readonly ts.SourceFile[]) {
    this.checker = checker;
    this.files = files;
    for (const file of files) this.findFamilies(file);
    this.joinSignatures();
    for (const file of files) this.walk(file, file);
    for (const { call, container } of this.dynamicCalls) this.linkDynamic(call, container);
    this.spread();
    this.refuseMisplaced();
  }

  /** True if the function-like node, or its family, has steps. */
  has(container: Container): boolean {
    return this.coloured.has(this.family(container));
  }

  /** True if the call, the `new` or the property access runs steps. */
  runsSteps(node: ts.Node): boolean {
    return this.target(node).containers.some((container) => this.has(container));
  }

  /** True for a call whose callee the types do not name: a function value, a method of an interface, or something of type any. */
  isUnknownCall(call: ts.CallExpression): boolean {
    const declaration = this.declarationOf(call);
    if (declaration !== undefined && ts.isMethodSignature(declaration)) return this.isInProject(declaration);
    return declaration === undefined || ts.isFunctionTypeNode(declaration) || ts.isCallSignatureDeclaration(declaration);
  }

  target(node: ts.Node): Target {
    return this.targets.get(node) ?? NOTHING;
  }

  /** The function with steps that a value expression is, if it is one. */
  stepValue(expression: ts.Expression): boolean {
    const inner = stripped(expression);
    if (ts.isArrowFunction(inner) || ts.isFunctionExpression(inner)) return this.has(inner);
    if (!ts.isIdentifier(inner) && !ts.isPropertyAccessExpression(inner)) return false;
    return this.checker.getTypeAtLocation(inner).getCallSignatures().some((signature) => {
      const declaration = signature.getDeclaration() as ts.SignatureDeclaration | undefined;
      return declaration !== undefined && this.isInProject(declaration) && this.has(declaration);
    });
  }

  isInProject(node: ts.Node): boolean {
    return this.files.includes(node.getSourceFile());
  }

  // Families

  private family(node: ts.Node): ts.Node {
    let root = node;
    for (let up = this.parents.get(root); up !== undefined; up = this.parents.get(root)) root = up;
    return root;
  }

  private join(a: ts.Node, b: ts.Node): void {
    const first = this.family(a);
    const second = this.family(b);
    if (first !== second) this.parents.set(second, first);
  }

  /**
   * Types are structural: a method or getter can stand behind a signature of an interface that its class does not name. (A cast
   * can bring it behind others too: such calls are guarded when they run.)
   */
  private joinSignatures(): void {
    for (const signature of this.signatures) {
      const isProperty = ts.isPropertySignature(signature);
      for (const member of this.methods.get(signature.name.getText()) ?? []) {
        if (isProperty === ts.isGetAccessor(member) && this.standsBehind(member, signature)) this.join(signature, member);
      }
    }
  }

  private standsBehind(member: ts.Node, signature: ts.Node): boolean {
    const wanted = signature.parent;
    if (ts.isInterfaceDeclaration(wanted) && (wanted.typeParameters?.length ?? 0) > 0) return true;
    return this.checker.isTypeAssignableTo(this.checker.getTypeAtLocation(member.parent), this.checker.getTypeAtLocation(wanted));
  }

  private findFamilies(node: ts.Node): void {
    if (ts.isMethodSignature(node) || ts.isPropertySignature(node)) this.signatures.push(node);
    if (ts.isMethodDeclaration(node) || ts.isGetAccessor(node)) {
      const name = node.name.getText();
      const known = this.methods.get(name);
      if (known === undefined) this.methods.set(name, [node]);
      else known.push(node);
    }
    if (ts.isClassLike(node)) this.joinInherited(node);
    if (ts.isObjectLiteralExpression(node)) this.joinLiteral(node);
    if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) this.joinOverloads(node);
    ts.forEachChild(node, (child) => this.findFamilies(child));
  }

  private joinInherited(node: ts.ClassLikeDeclaration): void {
    for (const clause of node.heritageClauses ?? []) {
      for (const heritage of clause.types) {
        const base = this.checker.getTypeAtLocation(heritage);
        for (const member of node.members) {
          if (member.name === undefined || !isCallable(member)) continue;
          const inherited = base.getProperty(member.name.getText());
          for (const declaration of inherited?.declarations ?? []) {
            if (this.isInProject(declaration) && sameRole(member, declaration)) this.join(declaration, member);
          }
        }
        if (clause.token === ts.SyntaxKind.ExtendsKeyword) this.joinConstructors(node, base);
      }
    }
  }

  private joinConstructors(node: ts.ClassLikeDeclaration, base: ts.Type): void {
    const own = node.members.find(ts.isConstructorDeclaration);
    const baseClass = base.symbol?.declarations?.find(ts.isClassLike);
    const inherited = baseClass?.members.find(ts.isConstructorDeclaration);
    if (own !== undefined && inherited !== undefined && this.isInProject(inherited)) this.join(inherited, own);
  }

  private joinLiteral(node: ts.ObjectLiteralExpression): void {
    const type = this.checker.getContextualType(node);
    if (type === undefined) return;
    for (const member of node.properties) {
      if (!ts.isMethodDeclaration(member)) continue;
      for (const declaration of type.getProperty(member.name.getText())?.declarations ?? []) {
        if (this.isInProject(declaration) && sameRole(member, declaration)) this.join(declaration, member);
      }
      this.values.add(member);
    }
  }

  private joinOverloads(node: ts.FunctionDeclaration | ts.MethodDeclaration): void {
    if (node.name === undefined) return;
    for (const declaration of this.checker.getSymbolAtLocation(node.name)?.declarations ?? []) {
      if (declaration !== node && declaration.kind === node.kind) this.join(declaration, node);
    }
  }

  // The graph

  private walk(node: ts.Node, container: Container): void {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (isContainer(node)) {
      if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) this.values.add(node);
      ts.forEachChild(node, (child) => this.walk(child, ts.isParameter(child) && child.initializer !== undefined ? child : node));
      return;
    }
    this.look(node, container);
    ts.forEachChild(node, (child) => this.walk(child, container));
  }

  private look(node: ts.Node, container: Container): void {
    if (this.isStep(node)) this.coloured.add(this.family(container));
    if (ts.isCallExpression(node)) this.call(node, container);
    else if (ts.isNewExpression(node)) this.reach(node, container, this.declarationOf(node));
    else if (ts.isPropertyAccessExpression(node)) this.property(node, container);
    else if (ts.isIdentifier(node)) this.reference(node);
    else if (ts.isForOfStatement(node) && viewKind(this.checker, node.expression) === 'shared') {
      refuse(node.expression, 'a loop over the elements of a shared view has no steps; loop over the indexes');
    } else if (ts.isSpreadElement(node) && viewKind(this.checker, node.expression) === 'shared') {
      refuse(node, 'spreading a shared view has no steps; loop over the indexes');
    } else if (ts.isElementAccessExpression(node) && viewKind(this.checker, node.expression) === 'any') {
      refuse(node, 'the type of this object is any, so it is not known whether the access is shared; give it a type');
    }
  }

  private isStep(node: ts.Node): boolean {
    if (isSharedElement(this.checker, node)) return true;
    const atomic = atomicsCall(node);
    if (atomic !== undefined) return this.isSharedAtomic(node as ts.CallExpression, atomic);
    if (!ts.isCallExpression(node)) return false;
    return this.isViewMethod(node) || this.hasStepTag(node);
  }

  private isSharedAtomic(call: ts.CallExpression, name: string): boolean {
    if (name === 'pause') return true;
    if (name === 'isLockFree') return false;
    const [array] = call.arguments;
    if (array === undefined || ts.isSpreadElement(array)) refuse(call, `the arguments of Atomics.${name} must be written out`);
    const kind = viewKind(this.checker, array);
    if (kind === 'any') refuse(array, 'the type of this view is any, so it is not known whether it is shared; give it a type');
    return kind === 'shared';
  }

  /** `words.fill(0)` and its like: done element by element by the runtime. */
  isViewMethod(call: ts.CallExpression): boolean {
    const callee = call.expression;
    if (!ts.isPropertyAccessExpression(callee)) return false;
    const kind = viewKind(this.checker, callee.expression);
    if (kind === 'data view' && /^[gs]et/.test(callee.name.text)) {
      refuse(call, 'a DataView over shared memory has no steps; use a typed array');
    }
    return kind === 'shared' && VIEW_METHODS.has(callee.name.text);
  }

  /** A function of the host that is declared to be a step. */
  hasStepTag(call: ts.CallExpression): boolean {
    const declaration = this.checker.getResolvedSignature(call)?.declaration;
    return declaration !== undefined && ts.getJSDocTags(declaration).some((tag) => tag.tagName.text === 'step');
  }

  private call(call: ts.CallExpression, container: Container): void {
    const declaration = this.declarationOf(call);
    if (declaration === undefined) return;
    if (ts.isFunctionTypeNode(declaration) || ts.isCallSignatureDeclaration(declaration)) {
      if (atomicsCall(call) === undefined) this.dynamicCalls.push({ call, container });
    } else {
      this.reach(call, container, declaration);
    }
    // A callback given to a method of an array runs inside of it.
    for (const argument of call.arguments) {
      const inner = stripped(argument);
      const runsHere = (ts.isArrowFunction(inner) || ts.isFunctionExpression(inner)) && !this.isInProject(declaration);
      if (runsHere && !isDeferring(call)) this.edge(container, inner);
    }
  }

  private declarationOf(node: ts.CallExpression | ts.NewExpression): ts.SignatureDeclaration | undefined {
    return this.checker.getResolvedSignature(node)?.declaration as ts.SignatureDeclaration | undefined;
  }

  private reach(node: ts.Node, container: Container, declaration: ts.Node | undefined): void {
    if (declaration === undefined || !this.isInProject(declaration)) return;
    // Behind a signature there may also be an object from outside, whose methods have no steps.
    this.targets.set(node, { containers: [declaration], dynamic: ts.isMethodSignature(declaration) });
    this.edge(container, declaration);
  }

  private edge(from: Container, to: Container): void {
    const known = this.edges.get(from);
    if (known === undefined) this.edges.set(from, new Set([to]));
    else known.add(to);
  }

  private linkDynamic(call: ts.CallExpression, container: Container): void {
    const type = this.checker.getNonNullableType(this.checker.getTypeAtLocation(call.expression));
    const fitting = [...this.values].filter((value) => this.fits(value, type));
    this.targets.set(call, { containers: fitting, dynamic: true });
    for (const value of fitting) this.edge(container, value);
  }

  private fits(value: ts.SignatureDeclaration, type: ts.Type): boolean {
    const valueType = this.checker.getTypeAtLocation(value);
    if (this.checker.isTypeAssignableTo(valueType, type)) return true;
    const [signature] = type.getCallSignatures();
    if (signature === undefined) return false;
    const text = this.checker.typeToString(type);
    const isGeneric = (signature.typeParameters?.length ?? 0) > 0 || /\b[A-Z]\b/.test(text);
    const needed = value.parameters.filter((p) => p.initializer === undefined && p.questionToken === undefined && p.dotDotDotToken === undefined);
    return isGeneric && needed.length <= signature.parameters.length;
  }

  private property(node: ts.PropertyAccessExpression, container: Container): void {
    const kind = viewKind(this.checker, node.expression);
    if (kind === 'shared') return this.viewMember(node);
    const symbol = this.checker.getSymbolAtLocation(node.name);
    const accessors = symbol?.declarations?.filter((d) => this.isInProject(d) && (ts.isAccessor(d) || ts.isPropertySignature(d))) ?? [];
    const wanted = accessors.filter((d) => (isWritten(node) ? !ts.isGetAccessor(d) : !ts.isSetAccessor(d)));
    if (wanted.length === 0) return;
    this.targets.set(node, { containers: wanted, dynamic: wanted.some(ts.isPropertySignature) });
    for (const accessor of wanted) this.edge(container, accessor);
  }

  private viewMember(node: ts.PropertyAccessExpression): void {
    const name = node.name.text;
    if (HARMLESS.has(name) || VIEW_METHODS.has(name)) return;
    refuse(node, `'${name}' of a shared view has no steps; loop over the indexes`);
  }

  /** A function that is named without being called is a value: calls of function values may reach it. */
  private reference(node: ts.Identifier): void {
    const parent = node.parent;
    if (ts.isCallExpression(parent) && parent.expression === node) return;
    if (ts.isPropertyAccessExpression(parent) && ts.isCallExpression(parent.parent) && parent.parent.expression === parent) return;
    if (node.text === 'Atomics' && !isAtomicsUse(node)) refuse(node, 'Atomics must be called directly: Atomics.load(view, index)');
    let symbol = this.checker.getSymbolAtLocation(node);
    if (symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0) symbol = this.checker.getAliasedSymbol(symbol);
    for (const declaration of symbol?.declarations ?? []) {
      if ((ts.isFunctionDeclaration(declaration) || ts.isMethodDeclaration(declaration)) && this.isInProject(declaration)) {
        this.values.add(declaration);
      }
    }
  }

  private spread(): void {
    for (let grew = true; grew; ) {
      grew = false;
      for (const [from, reached] of this.edges) {
        if (this.has(from) || ![...reached].some((to) => this.has(to))) continue;
        this.coloured.add(this.family(from));
        grew = true;
      }
    }
    // Joining happened before colouring, so a family's mark is on its root already.
  }

  private refuseMisplaced(): void {
    for (const container of this.coloured) {
      if (ts.isSourceFile(container)) refuse(firstStep(container, this), 'a shared operation at the top of a module, where no thread runs');
      if (ts.isPropertyDeclaration(container)) refuse(container, 'a shared operation in a field initializer; move it to the constructor');
      if (ts.isParameter(container)) refuse(container, 'a shared operation in a default parameter; move it to the body');
      if (ts.isClassStaticBlockDeclaration(container)) refuse(container, 'a shared operation in a static block');
    }
  }
}

function firstStep(file: ts.SourceFile, colours: Colours): ts.Node {
  return file.statements.find((statement) => {
    let found = false;
    const visit = (node: ts.Node): void => {
      if (isContainer(node) && !ts.isSourceFile(node)) return;
      if (colours.runsSteps(node) || atomicsCall(node) !== undefined || ts.isElementAccessExpression(node)) found = true;
      ts.forEachChild(node, visit);
    };
    visit(statement);
    return found;
  }) ?? file;
}

function isContainer(node: ts.Node): boolean {
  return (ts.isFunctionLike(node) && 'body' in node) || ts.isPropertyDeclaration(node) || ts.isClassStaticBlockDeclaration(node);
}

function isCallable(node: ts.Node): boolean {
  return ts.isMethodDeclaration(node) || ts.isAccessor(node);
}

function sameRole(a: ts.Node, b: ts.Node): boolean {
  if (ts.isMethodDeclaration(a)) return ts.isMethodDeclaration(b) || ts.isMethodSignature(b);
  return a.kind === b.kind || ts.isPropertySignature(b);
}

/** True if the property is the target of an assignment. */
export function isWritten(node: ts.Node): boolean {
  const parent = node.parent;
  return ts.isBinaryExpression(parent) && parent.left === node && isAssignment(parent.operatorToken.kind);
}

export function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

function isAtomicsUse(node: ts.Identifier): boolean {
  let outer: ts.Node = node;
  while (ts.isAsExpression(outer.parent) || ts.isParenthesizedExpression(outer.parent)) outer = outer.parent;
  const parent = outer.parent;
  if (ts.isPropertyAccessExpression(parent)) {
    const isCalled = ts.isCallExpression(parent.parent) && parent.parent.expression === parent;
    return isCalled || parent.name.text === 'pause' || ts.isTypeOfExpression(parent.parent);
  }
  return ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.InKeyword;
}

/** Calls that keep a callback for later, when no logical thread runs it. */
export function isDeferring(call: ts.CallExpression | ts.NewExpression): boolean {
  return /^(FinalizationRegistry|scenario)$/.test(call.expression.getText());
}
