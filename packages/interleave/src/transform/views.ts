/**
 * Which expressions are views over shared memory, by their static types.
 *
 * Rule: a typed array of type `X<ArrayBuffer>` is private to its thread (that is what `new X(length)` gives); any other typed
 * array (`X<SharedArrayBuffer>`, and `X`, which is `X<ArrayBufferLike>`) is shared. A mistake in the first direction is caught
 * when the view is made; in the second it only costs time, because the machine sees that the buffer is private.
 */
import ts from 'typescript';

const VIEWS: ReadonlySet<string> = new Set([
  'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array',
  'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array',
]);

export type ViewKind = 'shared' | 'private' | 'data view' | 'any' | 'none';

/** True for the name of a typed array's constructor. */
export function isViewName(name: string): boolean {
  return VIEWS.has(name);
}

/** What an expression's type says of the memory under it. */
export function viewKind(checker: ts.TypeChecker, expression: ts.Expression): ViewKind {
  return kindOf(checker, checker.getTypeAtLocation(expression));
}

function kindOf(checker: ts.TypeChecker, type: ts.Type): ViewKind {
  if ((type.flags & ts.TypeFlags.Any) !== 0) return 'any';
  const solid = checker.getNonNullableType(type);
  const concrete = (solid.flags & ts.TypeFlags.TypeParameter) === 0 ? solid : (checker.getBaseConstraintOfType(solid) ?? solid);
  if (concrete.isUnionOrIntersection()) {
    const kinds = concrete.types.map((part) => kindOf(checker, part));
    return kinds.find((kind) => kind === 'shared') ?? kinds.find((kind) => kind === 'data view')
      ?? kinds.find((kind) => kind === 'private') ?? 'none';
  }
  const name = concrete.symbol?.name ?? '';
  if (name !== 'DataView' && !VIEWS.has(name)) return 'none';
  const [memory] = checker.getTypeArguments(concrete as ts.TypeReference);
  if (memory !== undefined && !memory.isUnion() && memory.symbol?.name === 'ArrayBuffer') return 'private';
  return name === 'DataView' ? 'data view' : 'shared';
}

/** The function of `Atomics` that a call calls, if it calls one. */
export function atomicsCall(node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const object = stripped(node.expression.expression);
  return ts.isIdentifier(object) && object.text === 'Atomics' ? node.expression.name.text : undefined;
}

/** An expression without parentheses, casts and `!`. */
export function stripped(expression: ts.Expression): ts.Expression {
  let inner = expression;
  while (ts.isParenthesizedExpression(inner) || ts.isAsExpression(inner) || ts.isNonNullExpression(inner) || ts.isSatisfiesExpression(inner)) {
    inner = inner.expression;
  }
  return inner;
}

/** True if the node is `view[index]` over shared memory. */
export function isSharedElement(checker: ts.TypeChecker, node: ts.Node): node is ts.ElementAccessExpression {
  if (!ts.isElementAccessExpression(node) || ts.isStringLiteral(node.argumentExpression)) return false;
  return viewKind(checker, node.expression) === 'shared';
}
