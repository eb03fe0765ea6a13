/** Loads a scenario file: type-checks names, finds the steps, rewrites, links, and lists the scenarios that it exports. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ScenarioError } from '../errors.ts';
import * as host from '../host.ts';
import type { LoadedScenario } from '../loaded.ts';
import { Context } from '../machine/context.ts';
import { isScenario, type Scenario } from '../scenario.ts';
import { Colours } from './colour.ts';
import { link } from './link.ts';
import { createSourceProgram } from './program.ts';
import { Rewriter } from './rewrite.ts';
import { SiteTable } from './sites.ts';

export interface LoadOptions {
  /** Packages to transform too, by name: the source file of their entry. */
  readonly packages?: Readonly<Record<string, URL | string>>;
  /** Files to take another text for: how mutants are made. */
  readonly overrides?: ReadonlyMap<string, string>;
}

/** The scenarios of one file, by the names of their exports. */
export interface ScenarioFile {
  readonly url: string;
  readonly scenarios: readonly LoadedScenario[];
  /** The scenario exported under a name. */
  get(exportName: string): LoadedScenario;
  /** Absolute paths of the files that were transformed. */
  readonly files: readonly string[];
  /** The rewritten text of a file, to look at. */
  stepsOf(file: string): string | undefined;
}

/**
 * Loads the scenarios of a TypeScript file, with the production sources that it imports turned into steps.
 *
 * @example
 * ```ts
 * import { explore, loadScenarios } from '@sharena/interleave';
 *
 * const file = await loadScenarios(new URL('./mutex.scenario.ts', import.meta.url));
 * for (const scenario of file.scenarios) console.log(explore(scenario).summary);
 * ```
 */
export async function loadScenarios(url: URL | string, options: LoadOptions = {}): Promise<ScenarioFile> {
  const entry = pathOf(url);
  const packages = Object.fromEntries(Object.entries(options.packages ?? {}).map(([name, path]) => [name, pathOf(path)]));
  const source = createSourceProgram({ entry, packages, overrides: options.overrides ?? new Map() });
  const colours = new Colours(source.checker, source.files);
  const sites = new SiteTable();
  const rewriter = new Rewriter(source.checker, colours, sites);
  const texts = new Map(source.files.map((file) => [file.fileName, rewriter.rewrite(file)]));
  const modules = await link(source, texts, host as Record<string, unknown>);
  const exports = modules.instantiate(entry, new Context());
  const names = Object.keys(exports).filter((name) => isScenario(exports[name]));
  if (names.length === 0) throw new ScenarioError(`no scenario is exported from ${entry}`);
  const scenarios = names.map((exportName): LoadedScenario => ({
    name: (exports[exportName] as Scenario).name,
    exportName,
    url: pathToFileURL(entry).href,
    sites: sites.sites,
    instantiate: (context) => modules.instantiate(entry, context)[exportName] as Scenario,
  }));
  return {
    url: pathToFileURL(entry).href,
    scenarios,
    files: source.files.map((file) => file.fileName),
    get(exportName) {
      const found = scenarios.find((scenario) => scenario.exportName === exportName);
      if (found === undefined) throw new ScenarioError(`no scenario '${exportName}' in ${entry}; it has ${names.join(', ')}`);
      return found;
    },
    stepsOf: (file) => texts.get(file),
  };
}

function pathOf(url: URL | string): string {
  if (url instanceof URL) return fileURLToPath(url);
  return url.startsWith('file:') ? fileURLToPath(url) : url;
}
