/**
 * Mutation checking: every named mutant of the code under test must be found by some exploration.
 * A mutant that no exploration finds needs an argument why it is as good as the original; without one the check fails.
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MutantError } from '../errors.ts';
import { type Exploration, type ExploreOptions, explore } from '../explore.ts';
import { type LoadOptions, loadScenarios, type ScenarioFile } from '../transform/load.ts';
import { applyEdit, type Edit } from './edit.ts';

/** A named wrong version of a file. */
export interface Mutant {
  /** Names the mutant in the report. No two of one check have the same. */
  readonly name: string;
  /** The source file: an absolute path or a `file:` URL. */
  readonly file: URL | string;
  /** The change that makes the mutant. */
  readonly edit: Edit;
  /** Why no exploration can find it, if none does. */
  readonly argument?: string;
}

/** An exploration that a mutant may be found by. */
export interface MutantTrial {
  /** The scenario file: a path or a `file:` URL. */
  readonly scenarios: URL | string;
  /** The exported names of the scenarios to run. Default: every scenario of the file. */
  readonly only?: readonly string[];
  /** How to explore each scenario. */
  readonly options?: ExploreOptions;
}

/** What became of a mutant. */
export interface MutantVerdict {
  /** The name of the mutant. */
  readonly name: string;
  /** True if an exploration failed. */
  readonly killed: boolean;
  /** The first exploration that failed. */
  readonly by?: Exploration;
  /** The argument that the mutant was given with. */
  readonly argument?: string;
}

/** What became of all mutants of a check. */
export interface MutantReport {
  /** One for each mutant, in the order given. */
  readonly verdicts: readonly MutantVerdict[];
  /** How many mutants an exploration failed on. */
  readonly killed: number;
  /** Names of the survivors without an argument: each is an error. */
  readonly unexplained: readonly string[];
  /** Names of the mutants that are found although somebody argued that they could not be. */
  readonly refuted: readonly string[];
  /** The report to print: a line for each mutant, then the count. */
  readonly text: string;
}

/**
 * Explores every mutant with the trials until one fails.
 *
 * @example
 * ```ts
 * import { checkMutants } from '@sharena/interleave';
 *
 * const report = await checkMutants({
 *   mutants: [{ name: 'no notify', file: new URL('./mutex.ts', import.meta.url), edit: { dropNotify: 'Atomics.notify(' } }],
 *   trials: [{ scenarios: new URL('./mutex.scenario.ts', import.meta.url) }],
 * });
 * if (report.unexplained.length > 0) throw new Error(report.text);
 * ```
 */
export async function checkMutants(check: {
  readonly mutants: readonly Mutant[];
  readonly trials: readonly MutantTrial[];
  readonly load?: LoadOptions;
}): Promise<MutantReport> {
  const names = new Set<string>();
  const verdicts: MutantVerdict[] = [];
  const original = loaderOf(check.load);
  const trials = await Promise.all(
    check.trials.map(async (trial) => ({ trial, files: (await original(trial.scenarios)).files })),
  );
  for (const mutant of check.mutants) {
    if (names.has(mutant.name)) throw new MutantError(`two mutants are named '${mutant.name}'`);
    names.add(mutant.name);
    verdicts.push(await judge(mutant, trials, check.load ?? {}));
  }
  return reportOf(verdicts);
}

/** A trial, and the files that it runs. */
interface KnownTrial {
  readonly trial: MutantTrial;
  readonly files: readonly string[];
}

async function judge(mutant: Mutant, trials: readonly KnownTrial[], load: LoadOptions): Promise<MutantVerdict> {
  const path = pathOf(mutant.file);
  const text = applyEdit(path, await readFile(path, 'utf8'), mutant.edit);
  const overrides = new Map([...(load.overrides ?? []), [path, text] as const]);
  const concerned = trials.filter(({ files }) => files.includes(path));
  if (concerned.length === 0) throw new MutantError(`mutant '${mutant.name}': no trial uses ${basename(path)}`);
  const mutated = loaderOf({ ...load, overrides });
  for (const { trial } of concerned) {
    const file = await mutated(trial.scenarios);
    for (const scenario of file.scenarios) {
      if (trial.only !== undefined && !trial.only.includes(scenario.exportName)) continue;
      const by = explore(scenario, trial.options);
      if (by.failure !== null) return { name: mutant.name, killed: true, by, ...argumentOf(mutant) };
    }
  }
  return { name: mutant.name, killed: false, ...argumentOf(mutant) };
}

/** Loads each file of scenarios once: several trials may take scenarios from it. */
function loaderOf(load?: LoadOptions): (scenarios: URL | string) => Promise<ScenarioFile> {
  const files = new Map<string, Promise<ScenarioFile>>();
  return (scenarios) => {
    const loading = files.get(`${scenarios}`) ?? loadScenarios(scenarios, load);
    files.set(`${scenarios}`, loading);
    return loading;
  };
}

function argumentOf({ argument }: Mutant): { argument?: string } {
  return argument === undefined ? {} : { argument };
}

function reportOf(verdicts: readonly MutantVerdict[]): MutantReport {
  const lines = verdicts.map((verdict) => {
    if (verdict.by?.failure != null)
      return `killed    ${verdict.name}: ${verdict.by.failure.kind} in '${verdict.by.scenario}', ${verdict.by.failure.replay}`;
    return `SURVIVES  ${verdict.name}${verdict.argument === undefined ? '' : `: ${verdict.argument}`}`;
  });
  const killed = verdicts.filter((verdict) => verdict.killed);
  return {
    verdicts,
    killed: killed.length,
    unexplained: verdicts.filter((v) => !v.killed && v.argument === undefined).map((v) => v.name),
    refuted: killed.filter((v) => v.argument !== undefined).map((v) => v.name),
    text: [...lines, `${killed.length} of ${verdicts.length} mutants killed`].join('\n'),
  };
}

function pathOf(file: URL | string): string {
  if (file instanceof URL) return fileURLToPath(file);
  return file.startsWith('file:') ? fileURLToPath(file) : file;
}
