/**
 * Writes the files of a scenario as plain JavaScript, with nothing but their types taken out, so that real workers can run them.
 * A scenario that is JavaScript already, as a package's own build, is used where it lies.
 */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { createSourceProgram, HOST, type SourceProgram } from '../transform/program.ts';

/** The folder that was made, and the module to import. */
export interface Emitted {
  readonly folder: string | undefined;
  readonly module: string;
}

export async function emitPlain(entry: string, packages: Readonly<Record<string, string>>): Promise<Emitted> {
  if (/\.m?js$/.test(entry)) return { folder: undefined, module: pathToFileURL(entry).href };
  const source = createSourceProgram({ entry, packages, overrides: new Map() });
  const folder = await mkdtemp(join(tmpdir(), 'interleave-'));
  const names = new Map(source.files.map((file, i) => [file.fileName, `m${i}.mjs`]));
  for (const file of source.files) await writeFile(join(folder, names.get(file.fileName)!), plain(file, source, names));
  return { folder, module: pathToFileURL(join(folder, names.get(entry)!)).href };
}

function plain(file: ts.SourceFile, source: SourceProgram, names: ReadonlyMap<string, string>): string {
  const { outputText } = ts.transpileModule(file.text, {
    fileName: file.fileName,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
    transformers: { after: [(context) => (root) => ts.visitEachChild(root, (node) => redirected(node, file, source, names), context)] },
  });
  return outputText;
}

function redirected(node: ts.Node, file: ts.SourceFile, source: SourceProgram, names: ReadonlyMap<string, string>): ts.Node {
  const isModuleUse = ts.isImportDeclaration(node) || ts.isExportDeclaration(node);
  if (!isModuleUse || node.moduleSpecifier === undefined || !ts.isStringLiteral(node.moduleSpecifier)) return node;
  const target = ts.factory.createStringLiteral(whereIs(node.moduleSpecifier.text, file, source, names));
  if (ts.isImportDeclaration(node)) return ts.factory.updateImportDeclaration(node, node.modifiers, node.importClause, target, node.attributes);
  return ts.factory.updateExportDeclaration(node, node.modifiers, node.isTypeOnly, node.exportClause, target, node.attributes);
}

function whereIs(specifier: string, file: ts.SourceFile, source: SourceProgram, names: ReadonlyMap<string, string>): string {
  const target = source.resolve(specifier, file.fileName);
  if ('file' in target) return `./${names.get(target.file)!}`;
  if (target.external === HOST) return new URL('../host.js', import.meta.url).href;
  if (specifier.startsWith('node:')) return specifier;
  return pathToFileURL(createRequire(file.fileName).resolve(specifier)).href;
}
