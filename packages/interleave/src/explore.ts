/**
 * The entry: explores a loaded scenario with one strategy, and reports what it found or how far it came.
 * A failure is run again and shrunk before it is reported; the reported run is the shrunk one, from its replay string.
 */
import { VectorClocks } from './clocks.ts';
import { ScenarioError, ScheduleError } from './errors.ts';
import type { LoadedScenario } from './loaded.ts';
import type { Failure } from './machine/failure.ts';
import type { Choice } from './machine/types.ts';
import { type BenignRace, RaceRules } from './races.ts';
import { formatFailure } from './report/format.ts';
import { type Step, Trace } from './report/trace.ts';
import { Rig } from './rig.ts';
import { Follower, Pct, Random, RandomWalk, UniformWalk } from './search/choosers.ts';
import { ExhaustiveSearch } from './search/exhaustive.ts';
import { type Chooser, runOnce } from './search/run.ts';
import { decodeReplay, encodeReplay } from './search/schedule.ts';
import { shrink } from './search/shrink.ts';

/**
 * How schedules are chosen. `exhaustive` visits every state that a schedule can reach. The others run random schedules: `random` is a random
 * walk, `pct` is probabilistic concurrency testing, `urw` is the uniform random walk.
 */
export type Strategy = 'exhaustive' | 'random' | 'pct' | 'urw';

/** How to explore. */
export interface ExploreOptions {
  /** Default: `exhaustive`. */
  readonly strategy?: Strategy;
  /** Most milliseconds. Default 10 000. */
  readonly time?: number;
  /** Most runs of a random strategy. Default: as many as fit in the time. */
  readonly runs?: number;
  /** Most states of an exhaustive search. Default 5 000 000. */
  readonly states?: number;
  /** Most steps of one run; a longer one is a failure. Default 10 000 (2 000 in an exhaustive search). */
  readonly maxSteps?: number;
  /** The first seed of a random strategy; each run has the next one. Default 1. */
  readonly seed?: number;
  /** Most pre-emptions of a schedule, in an exhaustive search. Default: no bound. */
  readonly preemptions?: number;
  /** How many mortal threads may die in one run. Default 0. */
  readonly crashes?: number;
  /** The number of orderings that PCT aims at. Default 3. */
  readonly depth?: number;
  /** False to take plain races for harmless. Default true. */
  readonly races?: boolean;
  /** How many equal rounds of a spin are followed to see whether it ends by itself. Default 200. */
  readonly spinLimit?: number;
  /** False to report the first failing schedule as it was found. Default true. */
  readonly shrink?: boolean;
}

/** A failure with everything that is needed to understand it and to run it again. */
export interface FoundFailure extends Failure {
  /** Runs the same failure again: `replay(scenario, text)`. */
  readonly replay: string;
  /** Seed of the random run that failed, before it was shrunk; missing after an exhaustive search and after `replay`. */
  readonly seed?: number;
  /** The steps of the run that `replay` gives, in their order. */
  readonly steps: readonly Step[];
  /** The failure, its steps and the replay string, as text to print. */
  readonly report: string;
}

/** What an exploration found, or how far it came. */
export interface Exploration {
  /** The `name` of the scenario. */
  readonly scenario: string;
  /** The strategy that was used; of a replay, the one in its options. */
  readonly strategy: Strategy;
  /** The first failure that was met, or null. */
  readonly failure: FoundFailure | null;
  /** True if every state was visited: only of an exhaustive search without a bound, within its budget. */
  readonly complete: boolean;
  /** Schedules that were run, to their end or to a state that was known. */
  readonly schedules: number;
  /** Different states; 0 for a random strategy. */
  readonly states: number;
  /** Steps that were performed in all schedules together, those of shrinking not counted. */
  readonly steps: number;
  /** Milliseconds that it took, with shrinking. */
  readonly milliseconds: number;
  /** Races that the code declares harmless, as they were met. */
  readonly benign: readonly BenignRace[];
  /** One line about all this. */
  readonly summary: string;
}

interface Found {
  readonly failure: Failure;
  readonly choices: readonly Choice[];
  readonly seed?: number;
}

interface Tally {
  found: Found | null;
  schedules: number;
  states: number;
  complete: boolean;
}

const SHRINK_STEPS = 1_000_000;

/**
 * Explores a scenario.
 *
 * @example
 * ```ts
 * import { explore, loadScenarios } from '@sharena/interleave';
 *
 * const file = await loadScenarios(new URL('./mutex.scenario.ts', import.meta.url));
 * const result = explore(file.scenarios[0]!, { strategy: 'exhaustive', crashes: 1 });
 * if (result.failure) throw new Error(result.failure.report);
 * ```
 */
export function explore(loaded: LoadedScenario, options: ExploreOptions = {}): Exploration {
  const strategy = options.strategy ?? 'exhaustive';
  const started = performance.now();
  const rig = rigFor(loaded, options);
  const rules = rulesFor(rig, options);
  const limits: ExploreOptions = { ...options, strategy };
  const tally =
    strategy === 'exhaustive' ? searchAll(rig, limits, rules, started) : runMany(rig, limits, rules, started);
  const { steps } = rig.machine;
  const failure = tally.found === null ? null : present(loaded, tally.found, options);
  const result = {
    scenario: loaded.name,
    strategy,
    failure,
    complete: tally.complete,
    schedules: tally.schedules,
    states: tally.states,
    steps,
    milliseconds: performance.now() - started,
    benign: rules === null ? [] : [...rules.benign.values()],
  };
  return { ...result, summary: summarise(result) };
}

/**
 * Runs a failure again from its replay string.
 *
 * @example
 * ```ts
 * import { loadScenarios, replay } from '@sharena/interleave';
 *
 * const file = await loadScenarios(new URL('./mutex.scenario.ts', import.meta.url));
 * console.log(replay(file.get('lostUpdate'), '1:lostUpdate:0:ab2a').failure?.report);
 * ```
 */
export function replay(loaded: LoadedScenario, text: string, options: ExploreOptions = {}): Exploration {
  const started = performance.now();
  const { scenario, crashes, choices } = decodeReplay(text);
  if (scenario !== loaded.exportName) {
    throw new ScheduleError(`the replay string is of scenario '${scenario}', not of '${loaded.exportName}'`);
  }
  const all = { ...options, crashes };
  const run = traced(loaded, choices, all);
  const result = {
    scenario: loaded.name,
    strategy: options.strategy ?? ('exhaustive' as const),
    failure: run.failure,
    complete: false,
    schedules: 1,
    states: 0,
    steps: run.steps,
    milliseconds: performance.now() - started,
    benign: run.benign,
  };
  return { ...result, summary: summarise(result) };
}

function rigFor(loaded: LoadedScenario, options: ExploreOptions): Rig {
  const { crashes = 0, spinLimit = 200 } = options;
  if (!Number.isInteger(crashes) || crashes < 0) throw new ScenarioError(`crashes is ${crashes}; it must be 0 or more`);
  return new Rig(loaded, { crashes, spinLimit });
}

function rulesFor(rig: Rig, options: ExploreOptions): RaceRules | null {
  if (options.races === false) return null;
  return new RaceRules(rig.loaded.sites, rig.scenario.benign ?? [], (word) => rig.nameOf(word));
}

function searchAll(rig: Rig, options: ExploreOptions, rules: RaceRules | null, started: number): Tally {
  const search = new ExhaustiveSearch(rig, {
    maxStates: options.states ?? 5_000_000,
    maxSteps: options.maxSteps ?? 2000,
    deadline: started + (options.time ?? 10_000),
    preemptions: options.preemptions ?? Infinity,
    races: rules,
  });
  const { failure, choices, ...counts } = search.run();
  return { ...counts, found: failure === null ? null : { failure, choices: [...choices] } };
}

function runMany(rig: Rig, options: ExploreOptions, rules: RaceRules | null, started: number): Tally {
  const deadline = started + (options.time ?? 10_000);
  const runs = options.runs ?? Infinity;
  const clocks = rules === null ? null : new VectorClocks(rig.machine, rules);
  const lengths = rig.machine.threads.map(() => 16);
  const taken: Choice[] = [];
  rig.machine.listener = clocks;
  const firstSeed = options.seed ?? 1;
  for (let run = 0; run < runs; run++) {
    if (performance.now() > deadline) return { found: null, schedules: run, states: 0, complete: false };
    const seed = firstSeed + run;
    clocks?.reset();
    const end = runOnce(rig, chooserFor(options, seed, lengths), options.maxSteps ?? 10_000, taken);
    if (end.failure !== null)
      return {
        found: { failure: end.failure, choices: [...taken], seed },
        schedules: run + 1,
        states: 0,
        complete: false,
      };
    for (const [i, thread] of rig.machine.threads.entries()) lengths[i] = Math.max(lengths[i]! - 1, thread.count);
  }
  return { found: null, schedules: runs, states: 0, complete: false };
}

function chooserFor(options: ExploreOptions, seed: number, lengths: readonly number[]): Chooser {
  const random = new Random(seed);
  const length = lengths.reduce((sum, count) => sum + count, 0);
  switch (options.strategy) {
    case 'pct':
      return new Pct(random, length, lengths.length, options.depth ?? 3);
    case 'urw':
      return new UniformWalk(random, length, lengths);
    default:
      return new RandomWalk(random, length);
  }
}

/** Shrinks a failure and tells it from a run of its replay string. */
function present(loaded: LoadedScenario, found: Found, options: ExploreOptions): FoundFailure {
  const rig = rigFor(loaded, options);
  const clocks = clocksFor(rig, options);
  const maxSteps = options.maxSteps ?? 10_000;
  let choices = found.choices;
  if (options.shrink !== false) {
    const limits = { budget: SHRINK_STEPS, maxSteps };
    choices = shrink(rig, found.failure.kind, choices, limits, () => clocks?.reset());
  }
  const run = traced(loaded, choices, options, found.seed);
  if (run.failure === null) {
    throw new ScheduleError(
      `scenario '${loaded.name}' did not fail again (${found.failure.kind}: ${found.failure.message}): ` +
        'its threads do not depend on the shared memory alone',
    );
  }
  return run.failure;
}

function clocksFor(rig: Rig, options: ExploreOptions): VectorClocks | null {
  const rules = rulesFor(rig, options);
  const clocks = rules === null ? null : new VectorClocks(rig.machine, rules);
  rig.machine.listener = clocks;
  return clocks;
}

interface TracedRun {
  readonly failure: FoundFailure | null;
  readonly steps: number;
  readonly benign: readonly BenignRace[];
}

function traced(loaded: LoadedScenario, choices: readonly Choice[], options: ExploreOptions, seed?: number): TracedRun {
  const taken: Choice[] = [];
  const maxSteps = options.maxSteps ?? 10_000;
  const judging = rigFor(loaded, options);
  const rules = rulesFor(judging, options);
  const clocks = rules === null ? null : new VectorClocks(judging.machine, rules);
  judging.machine.listener = clocks;
  clocks?.reset();
  const end = runOnce(judging, new Follower(choices), maxSteps, taken);
  const benign = rules === null ? [] : [...rules.benign.values()];
  if (end.failure === null) return { failure: null, steps: end.steps, benign };
  const telling = rigFor(loaded, options);
  const trace = new Trace(loaded.sites, (word) => telling.nameOf(word));
  telling.machine.listener = trace;
  runOnce(telling, new Follower(taken), Math.min(maxSteps, taken.length), []);
  const text = encodeReplay(loaded.exportName, options.crashes ?? 0, taken);
  const report = formatFailure({
    scenario: loaded.name,
    failure: end.failure,
    steps: trace.steps,
    replay: text,
    ...(seed === undefined ? {} : { seed }),
  });
  return {
    failure: { ...end.failure, replay: text, steps: trace.steps, report, ...(seed === undefined ? {} : { seed }) },
    steps: end.steps,
    benign,
  };
}

function summarise(result: Omit<Exploration, 'summary'>): string {
  const { scenario, strategy, failure, complete, schedules, states, steps, milliseconds } = result;
  const outcome =
    failure === null ? (complete ? 'passes, complete' : 'passes, not complete') : `fails: ${failure.kind}`;
  const seen = states > 0 ? `, ${states} states` : '';
  return `${scenario} (${strategy}): ${outcome}; ${schedules} schedules${seen}, ${steps} steps, ${(milliseconds / 1000).toFixed(2)} s`;
}
