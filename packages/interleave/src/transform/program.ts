/**
 * The TypeScript program of a scenario file and everything that it imports, with types.
 * Files of this package itself are the host: they are never transformed. Parsed files are kept between programs.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { TransformError } from '../errors.ts';

/** The name under which a scenario imports this package. */
export const HOST = '@sharena/interleave';

const ownFolder = dirname(dirname(fileURLToPath(import.meta.url)));

export interface ProgramOptions {
  /** Absolute path of the scenario file. */
  readonly entry: string;
  /** Package name → its source entry: such a package is transformed too, instead of taken as built. */
  readonly packages: Readonly<Record<string, string>>;
  /** Absolute path → text that takes the place of the file. */
  readonly overrides: ReadonlyMap<string, string>;
}

export interface SourceProgram {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  /** The files to transform. */
  readonly files: readonly ts.SourceFile[];
  /** What a specifier in a file means: a file of the project, the host, or a module of Node. */
  resolve(specifier: string, from: string): { readonly file: string } | { readonly external: string };
}

const parsed = new Map<string, ts.SourceFile>();

export function createSourceProgram(options: ProgramOptions): SourceProgram {
  const { entry } = options;
  if (!existsSync(entry)) throw new TransformError(`the scenario file does not exist: ${entry}`);
  const compilerOptions = optionsFor(options);
  const host = hostFor(options, compilerOptions);
  const program = ts.createProgram({ rootNames: [entry], options: compilerOptions, host });
  const syntax = program.getSyntacticDiagnostics();
  if (syntax.length > 0) throw new TransformError(describe(syntax[0]!));
  const files = program.getSourceFiles().filter((file) => isProjectFile(file));
  const projectFiles = new Set(files.map((file) => file.fileName));
  return {
    program,
    checker: program.getTypeChecker(),
    files,
    resolve(specifier, from) {
      if (specifier === HOST) return { external: HOST };
      const found = ts.resolveModuleName(specifier, from, compilerOptions, host).resolvedModule?.resolvedFileName;
      if (found !== undefined && projectFiles.has(found)) return { file: found };
      return { external: specifier };
    },
  };
}

function optionsFor({ packages }: ProgramOptions): ts.CompilerOptions {
  const index = [join(ownFolder, 'index.ts'), join(ownFolder, 'index.d.ts')].find((path) => existsSync(path));
  const paths: Record<string, string[]> = { [HOST]: [index!] };
  for (const [name, path] of Object.entries(packages)) paths[name] = [path];
  return {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2024.d.ts', 'lib.esnext.disposable.d.ts', 'lib.esnext.sharedmemory.d.ts'],
    types: ['node'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Force,
    allowImportingTsExtensions: true,
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    paths,
  };
}

function hostFor({ overrides, entry }: ProgramOptions, options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options, true);
  const readPlain = host.getSourceFile.bind(host);
  host.getCurrentDirectory = () => dirname(entry);
  host.getSourceFile = (fileName, languageVersion) => {
    const override = overrides.get(fileName);
    if (override !== undefined) return ts.createSourceFile(fileName, override, languageVersion, true);
    const known = parsed.get(fileName);
    if (known !== undefined && (isLibrary(fileName) || known.text === readFileSync(fileName, 'utf8'))) return known;
    const file = readPlain(fileName, languageVersion);
    if (file !== undefined) parsed.set(fileName, file);
    return file;
  };
  return host;
}

function isLibrary(fileName: string): boolean {
  return fileName.includes('/node_modules/');
}

function isProjectFile(file: ts.SourceFile): boolean {
  if (file.isDeclarationFile || isLibrary(file.fileName)) return false;
  return !file.fileName.startsWith(ownFolder.split(sep).join('/') + '/');
}

function describe(diagnostic: ts.Diagnostic): string {
  const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
  if (diagnostic.file === undefined) return text;
  return `${text}: ${placeOf(diagnostic.file, diagnostic.start ?? 0)}`;
}

/** `file:line:column` of a position. */
export function placeOf(file: ts.SourceFile, position: number): string {
  const { line, character } = file.getLineAndCharacterOfPosition(position);
  return `${file.fileName}:${line + 1}:${character + 1}`;
}

/** Refuses a piece of source. */
export function refuse(node: ts.Node, why: string): never {
  const file = node.getSourceFile();
  throw new TransformError(`${why}: ${placeOf(file, node.getStart(file))}`);
}
