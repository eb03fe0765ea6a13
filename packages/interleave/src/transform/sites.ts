/** The table of places at which threads are suspended, with the reasons of `// benign:` comments. */
import ts from 'typescript';
import type { Site } from '../loaded.ts';

const MARK = /\bbenign:\s*(.*?)\s*(\*\/)?\s*$/;
const LONGEST_TEXT = 72;

export class SiteTable {
  readonly sites: Site[] = [];

  /** The number of the place of a node. */
  add(node: ts.Node): number {
    const file = node.getSourceFile();
    const start = node.getStart(file);
    const { line, character } = file.getLineAndCharacterOfPosition(start);
    const reason = reasonAt(file, line) ?? reasonOfFunction(node);
    this.sites.push({
      file: file.fileName,
      line: line + 1,
      column: character + 1,
      text: shortText(node.getText(file)),
      ...(reason === undefined ? {} : { benign: reason }),
    });
    return this.sites.length - 1;
  }
}

/** The reason given on the line itself, or in the comment lines just above it. */
function reasonAt(file: ts.SourceFile, line: number): string | undefined {
  const lines = linesOf(file);
  const own = /\/[/*].*/.exec(lines[line] ?? '')?.[0];
  const ownReason = own === undefined ? undefined : MARK.exec(own)?.[1];
  if (ownReason !== undefined) return ownReason;
  for (let above = line - 1; above >= 0; above--) {
    const text = lines[above]!.trim();
    if (!/^(\/\/|\*|\/\*)/.test(text)) return undefined;
    const reason = MARK.exec(text)?.[1];
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** The reason in the comment of the function around the place: it holds for all plain accesses of the function. */
function reasonOfFunction(node: ts.Node): string | undefined {
  const around = ts.findAncestor(node, (outer) => ts.isFunctionDeclaration(outer) || ts.isMethodDeclaration(outer) || ts.isAccessor(outer));
  if (around === undefined) return undefined;
  const file = around.getSourceFile();
  const comments = ts.getLeadingCommentRanges(file.text, around.getFullStart()) ?? [];
  for (const { pos, end } of comments) {
    const line = file.text.slice(pos, end).split('\n').find((text) => MARK.test(text));
    if (line !== undefined) return MARK.exec(line)![1];
  }
  return undefined;
}

const cache = new WeakMap<ts.SourceFile, readonly string[]>();

function linesOf(file: ts.SourceFile): readonly string[] {
  let lines = cache.get(file);
  if (lines === undefined) {
    lines = file.text.split('\n');
    cache.set(file, lines);
  }
  return lines;
}

function shortText(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length <= LONGEST_TEXT ? line : `${line.slice(0, LONGEST_TEXT - 1)}…`;
}
