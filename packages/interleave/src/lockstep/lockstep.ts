/**
 * Runs a scenario on real worker threads, one atomic operation at a time, with real `terminate()` for deaths.
 *
 * For smoke tests: it runs the code as it ships, some thousand steps a second. Plain accesses are no scheduling points here.
 * Every wait has a deadline; after a run no worker is left.
 */
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { buffersIn } from '../buffers.ts';
import { LockstepError, ScenarioError } from '../errors.ts';
import { type Failure, failureOf } from '../machine/failure.ts';
import { messageOf } from '../machine/machine.ts';
import { type Choice, KILL, RUN, TIMEOUT } from '../machine/types.ts';
import type { Env, Scenario } from '../scenario.ts';
import { Random } from '../search/choosers.ts';
import { decodeSchedule, encodeSchedule } from '../search/schedule.ts';
import {
  ASLEEP,
  Control,
  ENDED,
  FIRST_DEATH,
  GO,
  KILLED,
  NEWS,
  NO_DEATH,
  PARKED,
  RUNNING,
  STARTING,
  TIMED_OUT,
  WATCHING,
} from './control.ts';
import { emitPlain } from './emit.ts';
import type { WorkerInput } from './worker.ts';

/** How to run a scenario on real threads. */
export interface LockstepOptions {
  /** How many runs. Default 10. */
  readonly runs?: number;
  /** The seed of the first run; each next run has the next. Default 1. */
  readonly seed?: number;
  /** How many mortal threads may be terminated in one run. Default 0. */
  readonly crashes?: number;
  /** Most steps of a run. Default 2000. */
  readonly maxSteps?: number;
  /** Most milliseconds that a worker may take from one step to its next. Default 10 000. */
  readonly deadline?: number;
  /** A schedule to follow, instead of a seed. */
  readonly schedule?: string;
  /** As for `loadScenarios`. */
  readonly packages?: Readonly<Record<string, URL | string>>;
}

/** What came of the runs. */
export interface LockstepResult {
  /** The `name` of the scenario. */
  readonly scenario: string;
  /** How many runs were made, one that failed included. */
  readonly runs: number;
  /** Steps of all runs together: operations, waits that timed out, and deaths. */
  readonly steps: number;
  /** How many threads were terminated, in all runs together. */
  readonly deaths: number;
  /** The failure of the first run that failed, or null. */
  readonly failure:
    | (Failure & {
        /** What the run did, for the option `schedule`. */
        readonly schedule: string;
        /** The seed of the run. */
        readonly seed: number;
      })
    | null;
}

/**
 * Runs a scenario of a file on real threads.
 *
 * @example
 * ```ts
 * import { lockstep } from '@sharena/interleave';
 *
 * const result = await lockstep(new URL('./mutex.scenario.ts', import.meta.url), 'twoRounds', { runs: 5 });
 * if (result.failure) throw new Error(`${result.failure.message} after ${result.failure.schedule}`);
 * ```
 */
export async function lockstep(
  url: URL | string,
  exportName: string,
  options: LockstepOptions = {},
): Promise<LockstepResult> {
  const packages = Object.fromEntries(
    Object.entries(options.packages ?? {}).map(([name, path]) => [name, pathOf(path)]),
  );
  const emitted = await emitPlain(pathOf(url), packages);
  try {
    const exports = (await import(emitted.module)) as Record<string, Scenario | undefined>;
    const scenario = exports[exportName];
    if (scenario === undefined) throw new ScenarioError(`no scenario '${exportName}' in ${String(url)}`);
    return await runAll(scenario, emitted.module, exportName, options);
  } finally {
    if (emitted.folder !== undefined) await rm(emitted.folder, { recursive: true, force: true });
  }
}

async function runAll(
  scenario: Scenario,
  module: string,
  exportName: string,
  options: LockstepOptions,
): Promise<LockstepResult> {
  const runs = options.schedule === undefined ? (options.runs ?? 10) : 1;
  let steps = 0;
  let deaths = 0;
  for (let run = 0; run < runs; run++) {
    const seed = (options.seed ?? 1) + run;
    const one = new LockstepRun(scenario, module, exportName, options, seed);
    const failure = await one.run();
    steps += one.choices.length;
    deaths += one.deaths.length;
    if (failure === null) continue;
    return {
      scenario: scenario.name,
      runs: run + 1,
      steps,
      deaths,
      failure: { ...failure, schedule: encodeSchedule(one.choices), seed },
    };
  }
  return { scenario: scenario.name, runs, steps, deaths, failure: null };
}

class LockstepRun {
  readonly choices: Choice[] = [];
  readonly deaths: number[] = [];
  private readonly scenario: Scenario;
  private readonly control: Control;
  private readonly workers: Worker[];
  private readonly random: Random;
  private readonly script: Choice[] | undefined;
  private readonly seen: number[];
  private readonly maxSteps: number;
  private readonly deadline: number;
  private readonly env: Env;
  private crashesLeft: number;
  private crash: Error | undefined;

  constructor(scenario: Scenario, module: string, exportName: string, options: LockstepOptions, seed: number) {
    this.scenario = scenario;
    this.random = new Random(seed);
    this.script = options.schedule === undefined ? undefined : decodeSchedule(options.schedule);
    this.crashesLeft = options.crashes ?? 0;
    this.maxSteps = options.maxSteps ?? 2000;
    this.deadline = options.deadline ?? 10_000;
    this.seen = scenario.threads.map(() => 0);
    const buffer = new SharedArrayBuffer(scenario.memory);
    this.env = envOf(buffer);
    const shared = scenario.setup?.(this.env as Env<undefined>);
    (this.env as { shared: unknown }).shared = shared;
    const threads = scenario.threads.length;
    const made = Control.make(threads);
    this.control = new Control(made.words, made.log);
    const common = {
      module,
      exportName,
      threads,
      buffer,
      shared,
      ...made,
      deadline: 6 * this.deadline,
      names: scenario.threads.map((thread) => thread.name),
      buffers: [...new Set([buffer, ...buffersIn(shared)])],
    };
    this.workers = scenario.threads.map((_, thread) => this.start({ ...common, thread }));
  }

  private start(input: WorkerInput): Worker {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: input });
    worker.on('error', (error: Error) => {
      this.crash = error;
      this.control.setState(input.thread, ENDED);
    });
    return worker;
  }

  async run(): Promise<Failure | null> {
    try {
      return await this.steps();
    } finally {
      await Promise.all(this.workers.map((worker) => worker.terminate()));
    }
  }

  private async steps(): Promise<Failure | null> {
    for (const [thread, { prepare }] of this.scenario.threads.entries()) {
      await this.untilStill();
      if (prepare !== undefined && this.crash === undefined) this.control.grant(thread, GO);
    }
    for (;;) {
      await this.untilStill();
      if (this.crash !== undefined)
        throw new LockstepError(`a worker failed: ${this.crash.message}`, { cause: this.crash });
      const choices = this.possible();
      const isOver = !choices.some((choice) => (choice & 3) !== KILL);
      if (isOver) return this.hasEnded() ? this.judge() : (this.judgeEvents().failure ?? this.stalled());
      if (this.choices.length === this.maxSteps)
        return failureOf('step limit', `the run has not ended after ${this.maxSteps} steps`);
      const choice = this.pick(choices);
      this.choices.push(choice);
      await this.take(choice);
    }
  }

  private possible(): Choice[] {
    const choices: Choice[] = [];
    for (const thread of this.scenario.threads.keys()) {
      const state = this.control.state(thread);
      if (state === PARKED || (state === WATCHING && this.canTell(thread))) choices.push(thread * 4 + RUN);
      if (state === ASLEEP && this.control.hasTimeout(thread)) choices.push(thread * 4 + TIMEOUT);
      if (this.crashesLeft > 0 && this.isMortal(thread) && this.isLive(thread)) choices.push(thread * 4 + KILL);
    }
    return choices;
  }

  private isMortal(thread: number): boolean {
    return this.scenario.threads[thread]!.mortal === true;
  }

  private isLive(thread: number): boolean {
    const state = this.control.state(thread);
    return state !== ENDED && state !== KILLED;
  }

  private canTell(watcher: number): boolean {
    if (this.nextDeath(watcher) !== undefined) return true;
    const mayDie = (thread: number): boolean =>
      thread !== watcher && this.isMortal(thread) && this.isLive(thread) && this.control.state(thread) !== WATCHING;
    return this.crashesLeft === 0 || ![...this.scenario.threads.keys()].some(mayDie);
  }

  private nextDeath(watcher: number): number | undefined {
    for (let i = this.seen[watcher]!; i < this.deaths.length; i++) {
      if (this.deaths[i] !== watcher) return i;
    }
    return undefined;
  }

  private pick(choices: readonly Choice[]): Choice {
    const wanted = this.script?.shift();
    if (wanted !== undefined && choices.includes(wanted)) return wanted;
    const steady = choices.filter((choice) => (choice & 3) === RUN);
    const rare = choices.filter((choice) => (choice & 3) !== RUN);
    const takesRare =
      rare.length > 0 && (steady.length === 0 || this.random.below(12) === 0) && this.script === undefined;
    const from = takesRare || steady.length === 0 ? rare : steady;
    return from[this.random.below(from.length)]!;
  }

  private async take(choice: Choice): Promise<void> {
    const thread = choice >> 2;
    if ((choice & 3) === KILL) return this.kill(thread);
    if ((choice & 3) === TIMEOUT) return this.control.grant(thread, TIMED_OUT);
    if (this.control.state(thread) !== WATCHING) return this.control.grant(thread, GO);
    const next = this.nextDeath(thread);
    if (next === undefined) return this.control.grant(thread, NO_DEATH);
    this.seen[thread] = next + 1;
    this.control.grant(thread, FIRST_DEATH + this.deaths[next]!);
  }

  private async kill(thread: number): Promise<void> {
    this.crashesLeft--;
    await this.workers[thread]!.terminate();
    this.control.setState(thread, KILLED);
    this.deaths.push(thread);
  }

  /** Until every thread stands still: parked, asleep, watching or over. */
  private async untilStill(): Promise<void> {
    const end = performance.now() + this.deadline;
    const { words } = this.control;
    for (;;) {
      const news = Atomics.load(words, NEWS);
      const busy = [...this.scenario.threads.keys()].filter(
        (t) => this.control.state(t) === RUNNING || this.control.state(t) === STARTING,
      );
      if (busy.length === 0) return;
      const left = end - performance.now();
      if (left <= 0)
        throw new LockstepError(`thread ${this.nameOf(busy[0]!)} did not come to its next step in ${this.deadline} ms`);
      const wait = Atomics.waitAsync(words, NEWS, news, Math.min(left, 250));
      if (wait.async) await wait.value;
    }
  }

  private nameOf(thread: number): string {
    return this.scenario.threads[thread]!.name;
  }

  private hasEnded(): boolean {
    return [...this.scenario.threads.keys()].every((thread) => !this.isLive(thread));
  }

  private stalled(): Failure {
    const asleep = [...this.scenario.threads.keys()]
      .filter((thread) => this.isLive(thread))
      .map((thread) => this.nameOf(thread));
    return failureOf('deadlock', `${asleep.join(' and ')} sleep, and nobody is left to wake them`);
  }

  private judgeEvents(): { failure: Failure | null; values: Record<string, unknown> } {
    const values: Record<string, unknown> = {};
    const states = new Map((this.scenario.oracles ?? []).map((oracle) => [oracle.name, oracle.initial]));
    for (const { thread, oracle, event, value, error } of this.control.entries()) {
      const name = this.nameOf(thread);
      if (error !== undefined) return { failure: failureOf('exception', error, name), values };
      if (value !== undefined) values[name] = value;
      const judge = this.scenario.oracles?.find((candidate) => candidate.name === oracle);
      if (judge === undefined) continue;
      try {
        states.set(judge.name, judge.apply(states.get(judge.name), name, event));
      } catch (refusal) {
        return { failure: failureOf('oracle', `${judge.name}: ${messageOf(refusal)}`, name), values };
      }
    }
    const dead = this.deaths.map((thread) => this.nameOf(thread));
    for (const oracle of this.hasEnded() ? (this.scenario.oracles ?? []) : []) {
      const wrong = oracle.atEnd?.(states.get(oracle.name), dead);
      if (wrong !== undefined) return { failure: failureOf('oracle', `${oracle.name}: ${wrong}`), values };
    }
    return { failure: null, values };
  }

  private judge(): Failure | null {
    const { failure, values } = this.judgeEvents();
    if (failure !== null) return failure;
    try {
      this.scenario.finally?.(this.env, { values, dead: this.deaths.map((thread) => this.nameOf(thread)) });
      return null;
    } catch (error) {
      return failureOf('finally', messageOf(error));
    }
  }
}

/** The environment of setup and of the last check, which run in the controller's own thread. */
function envOf(buffer: SharedArrayBuffer): Env {
  const nothing = (): void => undefined;
  return {
    buffer,
    words: new Int32Array(buffer),
    bytes: new Uint8Array(buffer),
    shared: undefined,
    name: '(main)',
    index: -1,
    untilDeath: () => undefined,
    forget: nothing,
    tell: nothing,
    tellNext: nothing,
  };
}

function pathOf(url: URL | string): string {
  if (url instanceof URL) return fileURLToPath(url);
  return url.startsWith('file:') ? fileURLToPath(url) : url;
}
