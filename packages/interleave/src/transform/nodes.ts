/** Pieces of the rewriting that look at one node alone: tables of operations, names, and the bodies of what may not be called. */
import ts from 'typescript';
import { refuse } from './program.ts';

const f = ts.factory;

export const ARGUMENTS: Readonly<Record<string, number>> = {
  load: 2,
  store: 3,
  add: 3,
  sub: 3,
  and: 3,
  or: 3,
  xor: 3,
  exchange: 3,
  compareExchange: 4,
  wait: 4,
  waitAsync: 4,
  notify: 3,
};

export const COMPOUND: ReadonlyMap<ts.SyntaxKind, ts.BinaryOperator> = new Map<ts.SyntaxKind, ts.BinaryOperator>([
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
export function virtualService(node: ts.CallExpression): string | undefined {
  const callee = node.expression.getText();
  if (callee === 'performance.now' || callee === 'Date.now') return 'now';
  return callee === 'Math.random' ? 'random' : undefined;
}

export function withTemporaries(body: ts.ConciseBody, temporaries: readonly string[]): ts.Block {
  const block = ts.isBlock(body) ? body : f.createBlock([f.createReturnStatement(body)], true);
  if (temporaries.length === 0) return block;
  const list = f.createVariableDeclarationList(
    temporaries.map((name) => f.createVariableDeclaration(name)),
    ts.NodeFlags.Let,
  );
  return f.updateBlock(block, [f.createVariableStatement(undefined, list), ...block.statements]);
}

export function accessorName(name: ts.PropertyName | ts.MemberName, role: 'get' | 'set'): ts.PropertyName {
  if (ts.isPrivateIdentifier(name)) return f.createPrivateIdentifier(`#$${role}_${name.text.slice(1)}`);
  if (ts.isIdentifier(name)) return f.createIdentifier(`$${role}_${name.text}`);
  return refuse(name, 'an accessor with steps must have a plain name');
}

/** What is left of an accessor with steps: reading it in a way that the types did not show stops the run. */
export function forbidden(node: ts.AccessorDeclaration, modifiers: readonly ts.ModifierLike[] | undefined): ts.Node {
  const message = f.createStringLiteral(
    `'${node.name.getText()}' has shared operations, but the types do not show it here`,
  );
  const body = f.createBlock([
    f.createThrowStatement(f.createNewExpression(f.createIdentifier('TypeError'), undefined, [message])),
  ]);
  if (ts.isGetAccessor(node)) return f.createGetAccessorDeclaration(modifiers, node.name, [], undefined, body);
  return f.createSetAccessorDeclaration(
    modifiers,
    node.name,
    [f.createParameterDeclaration(undefined, undefined, 'value')],
    body,
  );
}

export function isPatternTarget(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isArrayLiteralExpression(parent)) {
    const outer = parent.parent;
    return (
      ts.isBinaryExpression(outer) && outer.left === parent && outer.operatorToken.kind === ts.SyntaxKind.EqualsToken
    );
  }
  return (ts.isForOfStatement(parent) || ts.isForInStatement(parent)) && parent.initializer === node;
}

export function isFunctionType(node: ts.Node): boolean {
  return ts.isFunctionTypeNode(node) || ts.isCallSignatureDeclaration(node);
}

export function place(node: ts.Node): string {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
  return `${file.fileName}:${line + 1}`;
}
