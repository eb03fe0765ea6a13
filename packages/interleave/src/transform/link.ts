/**
 * Makes the rewritten files into modules, anew for each logical thread, as each worker has its own.
 *
 * Invariant: a module that keeps state at its top level, and whatever imports it, is made again for every run. A module without
 * such state is made once for a thread: nothing of a former run can be seen in it.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import ts from 'typescript';
import type { Context } from '../machine/context.ts';
import { HOST, type SourceProgram } from './program.ts';

type Exports = Record<string, unknown>;
type Factory = (exports: Exports, require: (specifier: string) => unknown, $: Context) => void;

interface LinkedModule {
  readonly file: string;
  readonly factory: Factory;
  readonly keepsState: boolean;
  readonly imports: ReadonlyMap<string, string>;
  readonly externals: ReadonlyMap<string, unknown>;
}

export class ModuleSet {
  private readonly modules: ReadonlyMap<string, LinkedModule>;
  private readonly kept = new WeakMap<Context, Map<string, Exports>>();
  private readonly stateful: ReadonlySet<string>;

  constructor(modules: ReadonlyMap<string, LinkedModule>) {
    this.modules = modules;
    this.stateful = spreadState(modules);
  }

  /** The exports of a module for one logical thread. */
  instantiate(file: string, context: Context): Exports {
    let kept = this.kept.get(context);
    if (kept === undefined) {
      kept = new Map();
      this.kept.set(context, kept);
    }
    const known = kept.get(file);
    if (known !== undefined) return known;
    return this.make(file, context, kept, new Map());
  }

  private make(file: string, context: Context, kept: Map<string, Exports>, fresh: Map<string, Exports>): Exports {
    const known = kept.get(file) ?? fresh.get(file);
    if (known !== undefined) return known;
    const module = this.modules.get(file)!;
    const exports: Exports = {};
    (this.stateful.has(file) ? fresh : kept).set(file, exports);
    const require = (specifier: string): unknown => {
      const target = module.imports.get(specifier);
      return target === undefined
        ? externalFor(module.externals.get(specifier), specifier, context)
        : this.make(target, context, kept, fresh);
    };
    module.factory(exports, require, context);
    return exports;
  }
}

/** Each logical thread has its own number, as each worker has. */
function externalFor(real: unknown, specifier: string, context: Context): unknown {
  if (specifier !== 'node:worker_threads' && specifier !== 'worker_threads') return real;
  return { ...(real as object), threadId: context.threadId, isMainThread: context.threadId === 0 };
}

/** Compiles the rewritten texts, and loads what they import from outside. */
export async function link(
  source: SourceProgram,
  texts: ReadonlyMap<string, string>,
  host: Exports,
): Promise<ModuleSet> {
  const modules = new Map<string, LinkedModule>();
  for (const file of source.files) {
    const imports = new Map<string, string>();
    const externals = new Map<string, unknown>();
    for (const specifier of specifiersOf(file)) {
      const target = source.resolve(specifier, file.fileName);
      if ('file' in target) imports.set(specifier, target.file);
      else externals.set(specifier, target.external === HOST ? host : await importFrom(file.fileName, specifier));
    }
    modules.set(file.fileName, {
      file: file.fileName,
      factory: compile(file.fileName, texts.get(file.fileName)!),
      keepsState: keepsState(file, source.checker),
      imports,
      externals,
    });
  }
  return new ModuleSet(modules);
}

async function importFrom(file: string, specifier: string): Promise<unknown> {
  if (specifier.startsWith('node:')) return import(specifier);
  const path = createRequire(file).resolve(specifier);
  return import(pathToFileURL(path).href);
}

function compile(fileName: string, text: string): Factory {
  const { outputText } = ts.transpileModule(text, {
    fileName,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      esModuleInterop: true,
    },
  });
  // A `using` declaration stays as it is in ES2022 output only after TypeScript has rewritten it.
  const script = new Script(`(function (exports, require, $) {${outputText}\n})`, { filename: `${fileName}#steps` });
  return script.runInThisContext() as Factory;
}

function specifiersOf(file: ts.SourceFile): string[] {
  const found: string[] = [];
  for (const statement of file.statements) {
    const isTypeOnly =
      (ts.isImportDeclaration(statement) && statement.importClause?.isTypeOnly === true) ||
      (ts.isExportDeclaration(statement) && statement.isTypeOnly);
    if (isTypeOnly || (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement))) continue;
    if (statement.moduleSpecifier !== undefined && ts.isStringLiteral(statement.moduleSpecifier))
      found.push(statement.moduleSpecifier.text);
  }
  return found;
}

/** True if running the module's top level makes something that a run could change. */
function keepsState(file: ts.SourceFile, checker: ts.TypeChecker): boolean {
  return !file.statements.every((statement) => {
    if (isAmbient(statement) || isCheckOfTypes(statement)) return true;
    if (ts.isVariableStatement(statement)) {
      const isConst = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0;
      return (
        isConst &&
        statement.declarationList.declarations.every(
          (d) => d.initializer !== undefined && (isReadonly(d.type) || isFixed(d.initializer, checker)),
        )
      );
    }
    if (ts.isClassDeclaration(statement)) return statement.members.every((member) => isFixedMember(member, checker));
    if (ts.isExportAssignment(statement)) return isFixed(statement.expression, checker);
    return (
      ts.isFunctionDeclaration(statement) ||
      ts.isImportDeclaration(statement) ||
      ts.isExportDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement)
    );
  });
}

/** `declare …`: says what is there, and makes nothing. */
function isAmbient(statement: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(statement) &&
    ts.getModifiers(statement)?.some((m) => m.kind === ts.SyntaxKind.DeclareKeyword) === true
  );
}

/** `NAME satisfies Type;` */
function isCheckOfTypes(statement: ts.Statement): boolean {
  return (
    ts.isExpressionStatement(statement) &&
    ts.isSatisfiesExpression(statement.expression) &&
    ts.isIdentifier(statement.expression.expression)
  );
}

function isFixedMember(member: ts.ClassElement, checker: ts.TypeChecker): boolean {
  if (ts.isClassStaticBlockDeclaration(member)) return false;
  const isStatic =
    ts.canHaveModifiers(member) &&
    ts.getModifiers(member)?.some((m) => m.kind === ts.SyntaxKind.StaticKeyword) === true;
  if (!isStatic || !ts.isPropertyDeclaration(member)) return true;
  return member.initializer !== undefined && isFixed(member.initializer, checker);
}

const FIXED_TYPES =
  ts.TypeFlags.NumberLike |
  ts.TypeFlags.StringLike |
  ts.TypeFlags.BooleanLike |
  ts.TypeFlags.BigIntLike |
  ts.TypeFlags.Undefined |
  ts.TypeFlags.Null |
  ts.TypeFlags.ESSymbolLike;

function isFixed(expression: ts.Expression, checker: ts.TypeChecker): boolean {
  if (ts.isArrowFunction(expression) || ts.isFunctionExpression(expression)) return true;
  // Another name: whether what it names is changed is judged where that is made.
  if (ts.isIdentifier(expression)) return true;
  // With these flags it keeps the place where it goes on.
  if (ts.isRegularExpressionLiteral(expression)) return !/[gy][a-z]*$/.test(expression.text);
  if (ts.isParenthesizedExpression(expression) || ts.isSatisfiesExpression(expression))
    return isFixed(expression.expression, checker);
  if (ts.isAsExpression(expression))
    return expression.type.getText() === 'const' || isFixed(expression.expression, checker);
  if (ts.isCallExpression(expression) && (isHostFunction(expression, checker) || isFreeze(expression))) return true;
  return (checker.getTypeAtLocation(expression).flags & FIXED_TYPES) !== 0;
}

/** A constant whose written type forbids to change it. */
function isReadonly(type: ts.TypeNode | undefined): boolean {
  return type !== undefined && /^(Readonly(Map|Set|Array)?<|readonly )/.test(type.getText());
}

function isFreeze(call: ts.CallExpression): boolean {
  return call.expression.getText() === 'Object.freeze';
}

/** What this package's own functions make (scenarios, oracles) is never changed. */
function isHostFunction(call: ts.CallExpression, checker: ts.TypeChecker): boolean {
  let symbol = checker.getSymbolAtLocation(call.expression);
  if (symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0) {
    const declaration = symbol.declarations?.[0];
    const from =
      declaration === undefined ? undefined : ts.findAncestor(declaration, ts.isImportDeclaration)?.moduleSpecifier;
    if (from !== undefined && ts.isStringLiteral(from) && from.text === HOST) return true;
    symbol = checker.getAliasedSymbol(symbol);
  }
  return symbol?.name === 'Symbol';
}

function spreadState(modules: ReadonlyMap<string, LinkedModule>): Set<string> {
  const stateful = new Set([...modules.values()].filter((module) => module.keepsState).map((module) => module.file));
  for (let grew = true; grew; ) {
    grew = false;
    for (const module of modules.values()) {
      if (stateful.has(module.file) || ![...module.imports.values()].some((file) => stateful.has(file))) continue;
      stateful.add(module.file);
      grew = true;
    }
  }
  return stateful;
}
