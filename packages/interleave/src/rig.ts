/**
 * A scenario made ready to run: memory set up, a machine over it, the checks, the names.
 * Invariant: `setup` runs once; every run begins from the memory that it left.
 */
import { buffersIn } from './buffers.ts';
import { ScenarioError } from './errors.ts';
import type { LoadedScenario } from './loaded.ts';
import { type BulkRange, Context } from './machine/context.ts';
import { type Failure, failureOf } from './machine/failure.ts';
import { Machine, messageOf } from './machine/machine.ts';
import { WordMemory } from './machine/memory.ts';
import {
  BULK,
  EVENT,
  FORGET,
  LATE_EVENT,
  NOTIFY,
  PAUSE,
  PREPARED,
  UNTIL_DEATH,
  WAIT,
  WAIT_ASYNC,
} from './machine/ops.ts';
import { holds, performOn, performPrivate } from './machine/perform.ts';
import { isSteps, type StepGenerator } from './machine/steps.ts';
import { DEAD, DONE, type LogicalThread, type ThreadBody, tellsOnly, WAITING } from './machine/thread.ts';
import { nameWord } from './report/names.ts';
import type { Env, Outcome, Scenario, ScenarioThread } from './scenario.ts';

export interface RigOptions {
  readonly crashes: number;
  readonly spinLimit: number;
}

const MAIN = '(main)';

interface PreparedBody extends ThreadBody {
  readonly prologue: unknown[] | undefined;
}

interface ToldEvent {
  readonly thread: string;
  readonly oracle: string;
  readonly event: unknown;
}

/** A thread that prepares itself: the mark between the two parts is where the exploration begins. */
function* preparedRun(context: Context, thread: ScenarioThread, env: Env): StepGenerator {
  const prepared = yield* context.dyn(thread.prepare!(env));
  yield context.prepared();
  return yield* context.dyn(thread.run(env, prepared as never));
}

export class Rig {
  readonly loaded: LoadedScenario;
  readonly scenario: Scenario;
  readonly memory: WordMemory = new WordMemory();
  readonly machine: Machine;
  readonly hasInvariant: boolean;
  private readonly buffer: SharedArrayBuffer;
  private readonly main: Context = new Context();
  private readonly mainEnv: Env;
  private shared: unknown = undefined;
  private settingUp = true;

  constructor(loaded: LoadedScenario, options: RigOptions) {
    this.loaded = loaded;
    this.scenario = loaded.instantiate(this.main);
    this.hasInvariant = this.scenario.invariant !== undefined;
    this.buffer = new SharedArrayBuffer(this.scenario.memory);
    this.memory.register(this.buffer);
    this.mainEnv = this.envOf(this.main, MAIN, -1);
    this.setup();
    const bodies = this.scenario.threads.map((_, index) => this.bodyOf(index));
    const told = bodies.flatMap((body, index) => this.prepare(body, index));
    this.memory.freeze();
    this.machine = new Machine({ bodies, memory: this.memory, oracles: this.scenario.oracles ?? [], ...options });
    this.machine.beginnings = this.tellAll(told);
  }

  private setup(): void {
    const { setup } = this.scenario;
    if (setup !== undefined) {
      this.shared = this.drain(setup.call(this.scenario, this.mainEnv as Env<undefined>));
      for (const buffer of buffersIn(this.shared)) this.memory.register(buffer);
    }
    this.memory.freeze();
    this.settingUp = false;
  }

  private bodyOf(index: number): PreparedBody {
    const { name, mortal = false, prepare } = this.scenario.threads[index]!;
    const environments = new Map<Context, Env>();
    return {
      name,
      mortal,
      prologue: prepare === undefined ? undefined : [],
      start: (context) => {
        const env = environments.get(context) ?? this.envOf(context, name, index);
        environments.set(context, env);
        const thread = this.loaded.instantiate(context).threads[index]!;
        return prepare === undefined ? thread.run(env, undefined as never) : preparedRun(context, thread, env);
      },
    };
  }

  /** Runs the preparation of a thread alone, and keeps the results that it got. Gives the events that it told. */
  private prepare(body: PreparedBody, index: number): ToldEvent[] {
    const told: ToldEvent[] = [];
    if (body.prologue === undefined) return told;
    const context = new Context();
    context.threadId = index + 1;
    const steps = body.start(context) as StepGenerator;
    steps.next();
    while (context.kind !== PREPARED) {
      const { kind } = context;
      if (kind === EVENT || kind === LATE_EVENT)
        told.push({ thread: body.name, oracle: context.a as string, event: context.b });
      const isKept = !tellsOnly(kind) && (context.array === null || this.memory.locate(context.array, 0));
      const result = this.performAlone(context);
      if (isKept) body.prologue.push(result);
      steps.next(result);
    }
    return told;
  }

  private tellAll(told: readonly ToldEvent[]): unknown[] | null {
    if (told.length === 0) return null;
    return (this.scenario.oracles ?? []).map((oracle) =>
      told
        .filter((one) => one.oracle === oracle.name)
        .reduce((state, { thread, event }) => oracle.apply(state, thread, event), oracle.initial),
    );
  }

  private envOf(context: Context, name: string, index: number): Env {
    const rig = this;
    const env = {
      buffer: this.buffer,
      words: new Int32Array(this.buffer),
      bytes: new Uint8Array(this.buffer),
      get shared(): unknown {
        return rig.shared;
      },
      name,
      index,
      *untilDeath(): StepGenerator {
        return yield context.untilDeath(-1);
      },
      *forget(state: unknown): StepGenerator {
        return yield context.forget(state);
      },
      *tell(oracle: string, event: unknown): StepGenerator {
        return yield context.event(oracle, event, false);
      },
      *tellNext(oracle: string, event: unknown): StepGenerator {
        return yield context.event(oracle, event, true);
      },
    };
    // The methods are generators here and plain functions to a scenario: the transform puts the `yield*` between.
    return env as unknown as Env;
  }

  /** The failure of the scenario's invariant in this state, if any. */
  checkInvariant(): Failure | null {
    try {
      this.drain(this.scenario.invariant!(this.mainEnv));
      return null;
    } catch (error) {
      return failureOf('invariant', messageOf(error), undefined, error);
    }
  }

  /** Looks at a run in which every thread has ended. */
  checkEnd(): Failure | null {
    const { machine } = this;
    const dead = machine.threads.filter((thread) => thread.status === DEAD).map((thread) => thread.body.name);
    for (const [index, oracle] of (this.scenario.oracles ?? []).entries()) {
      const wrong = oracle.atEnd?.(machine.ghosts[index], dead);
      if (wrong !== undefined) return failureOf('oracle', `${oracle.name}: ${wrong}`);
    }
    const values: Record<string, unknown> = {};
    for (const thread of machine.threads) {
      if (thread.status === DONE) values[thread.body.name] = thread.value;
    }
    const outcome: Outcome = { values, dead };
    try {
      const fresh = this.scenario.finally === undefined ? undefined : this.loaded.instantiate(this.main);
      this.drain(fresh?.finally?.(this.mainEnv, outcome));
      return null;
    } catch (error) {
      return failureOf('finally', messageOf(error), undefined, error);
    }
  }

  /** Names what stands still, when no choice is left but threads are. */
  describeStall(): Failure {
    const asleep = this.machine.threads.filter((thread) => thread.status < DONE);
    for (const thread of asleep) this.machine.refresh(thread);
    const lost = asleep.find((thread) => this.missedItsWakeUp(thread));
    const told = asleep.map((thread) => `${thread.body.name} ${this.describeSleep(thread)}`).join('; ');
    return failureOf(lost === undefined ? 'deadlock' : 'lost wake-up', told);
  }

  private missedItsWakeUp(thread: LogicalThread): boolean {
    if (thread.status !== WAITING || thread.kind !== WAIT) return false;
    return this.machine.memory.read(thread.word) !== this.expectedBy(thread);
  }

  /** What a sleeper expects of its word: the wait's own operand, which it saw when it went to sleep. */
  private expectedBy(thread: LogicalThread): number {
    return Number(thread.context.a) | 0;
  }

  private describeSleep(thread: LogicalThread): string {
    if (thread.kind === UNTIL_DEATH) return 'waits for a death';
    if (thread.status !== WAITING) return 'cannot run';
    if (thread.kind !== WAIT) return 'awaits a notification that never comes';
    const value = this.machine.memory.read(thread.word);
    return `sleeps on ${this.nameOf(thread.word)} since it was ${this.expectedBy(thread)}, it is ${value} now`;
  }

  /** The name of a word in the scenario's layout. */
  nameOf(word: number): string {
    return nameWord(this.scenario.layout, word);
  }

  /** Runs steps to their end at once, alone. */
  private drain(started: unknown): unknown {
    if (!isSteps(started)) return started;
    const context = this.main;
    let next = started.next();
    while (!next.done) next = started.next(this.performAlone(context));
    return next.value;
  }

  private performAlone(context: Context): unknown {
    const { kind, array } = context;
    if (kind === EVENT || kind === LATE_EVENT || kind === UNTIL_DEATH || kind === PAUSE || kind === FORGET)
      return undefined;
    if (kind === BULK) {
      const { view, from, to } = context.a as BulkRange;
      return this.memory.changeRange(view, from, to, context.b as () => unknown).result;
    }
    if (array === null) throw new ScenarioError('a setup, an invariant or a final check awaits something');
    if (kind === NOTIFY) return 0;
    if (kind === WAIT || kind === WAIT_ASYNC) return this.waitAlone(context);
    if (!this.registerSeen(context)) return performPrivate(context);
    const { word, wide } = this.memory;
    const before = this.memory.read(word);
    const second = wide ? this.memory.read(word + 1) : 0;
    const result = performOn(context);
    this.memory.changed(word, before);
    if (wide) this.memory.changed(word + 1, second);
    return result;
  }

  private registerSeen(context: Context): boolean {
    const inside = context.index >= 0 && context.index < context.array!.length;
    if (!inside)
      throw new RangeError(`index ${context.index} is outside of a view of ${context.array!.length} elements`);
    if (this.settingUp && context.array!.buffer instanceof SharedArrayBuffer)
      this.memory.register(context.array!.buffer);
    return this.memory.locate(context.array!, context.index);
  }

  private waitAlone(context: Context): unknown {
    if (holds(context.array!, context.index, context.a)) {
      throw new ScenarioError('a setup, an invariant or a final check would sleep for ever: no other thread runs then');
    }
    return context.kind === WAIT ? 'not-equal' : { async: false, value: 'not-equal' };
  }
}
