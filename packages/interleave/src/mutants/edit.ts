/**
 * Mechanical edits of source text. Every edit names its place by a piece of text that must occur exactly once: a mutant whose
 * place has changed or gone is an error, never silently something else.
 */
import ts from 'typescript';
import { MutantError } from '../errors.ts';

/** One change of a source file. Each names its place by a text that occurs once in the file. */
export type Edit =
  /** The statement that holds the text is left out. */
  | { readonly drop: string }
  /** The statements that hold the two texts change places. */
  | { readonly swap: readonly [string, string] }
  /** The compare-and-exchange that holds the text, or is in its statement, stores without comparing. */
  | { readonly casToStore: string }
  /** The notify in the statement that holds the text is left out; the rest of the statement stays. */
  | { readonly dropNotify: string }
  /** The text becomes another. */
  | { readonly replace: string; readonly by: string };

/** The text of a file with one edit made. */
export function applyEdit(file: string, text: string, edit: Edit): string {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  if ('drop' in edit) return spliced(text, statementAt(source, edit.drop), ';');
  if ('swap' in edit) return swapped(source, edit.swap);
  if ('casToStore' in edit) return withCall(source, edit.casToStore, 'compareExchange', storeFor);
  if ('dropNotify' in edit) return withCall(source, edit.dropNotify, 'notify', () => '0');
  const start = positionOf(source, edit.replace);
  return text.slice(0, start) + edit.by + text.slice(start + edit.replace.length);
}

function storeFor(call: ts.CallExpression): string {
  const [view, index, expected, value] = call.arguments.map((argument) => argument.getText());
  return `(Atomics.store(${view}, ${index}, ${value}), ${expected})`;
}

function positionOf(source: ts.SourceFile, anchor: string): number {
  const first = source.text.indexOf(anchor);
  if (first < 0) throw new MutantError(`the text '${anchor}' is not in ${source.fileName}`);
  if (source.text.indexOf(anchor, first + 1) >= 0) throw new MutantError(`the text '${anchor}' is more than once in ${source.fileName}`);
  return first;
}

/** The smallest statement that holds the text. */
function statementAt(source: ts.SourceFile, anchor: string): ts.Node {
  const start = positionOf(source, anchor);
  let best: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    if (node.getStart(source) > start || node.getEnd() < start + anchor.trimEnd().length) return;
    if (ts.isStatement(node) && !ts.isBlock(node)) best = node;
    ts.forEachChild(node, visit);
  };
  visit(source);
  if (best === undefined) throw new MutantError(`no statement of ${source.fileName} holds '${anchor}'`);
  return best;
}

function swapped(source: ts.SourceFile, [first, second]: readonly [string, string]): string {
  const [a, b] = [statementAt(source, first), statementAt(source, second)].sort((x, y) => x.getStart(source) - y.getStart(source)) as [ts.Node, ts.Node];
  if (a.getEnd() > b.getStart(source)) throw new MutantError(`the statements of '${first}' and '${second}' are not apart in ${source.fileName}`);
  const { text } = source;
  return text.slice(0, a.getStart(source)) + b.getText(source) + text.slice(a.getEnd(), b.getStart(source)) + a.getText(source) + text.slice(b.getEnd());
}

function withCall(source: ts.SourceFile, anchor: string, name: string, made: (call: ts.CallExpression) => string): string {
  const found: ts.CallExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText(source) === `Atomics.${name}`) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(statementAt(source, anchor));
  if (found.length !== 1) throw new MutantError(`the statement of '${anchor}' in ${source.fileName} has ${found.length} calls of Atomics.${name}; it must have one`);
  return spliced(source.text, found[0]!, made(found[0]!));
}

function spliced(text: string, node: ts.Node, by: string): string {
  return text.slice(0, node.getStart()) + by + text.slice(node.getEnd());
}
