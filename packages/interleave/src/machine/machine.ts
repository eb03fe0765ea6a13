/**
 * The machine: logical threads over one shared memory, advanced one operation at a time.
 *
 * Invariants: every live thread stands before its next operation on shared memory; `apply` performs one choice and leaves all
 * threads so again. A run is a function of its choices. `save`/`restore` go back to any earlier state of the same run.
 */
import { type BulkRange, type Context, Ticket } from './context.ts';
import { type Failure, failureOf } from './failure.ts';
import { ALONE, type Footprint, SLEEPS, TELLS, WRITES } from './footprint.ts';
import { HIGH, LOW, mix, wordOf, wordOfText } from './hash.ts';
import type { WordMemory } from './memory.ts';
import {
  AWAIT,
  BULK,
  EVENT,
  FORGET,
  LATE_EVENT,
  NOTIFY,
  PAUSE,
  PLAIN_READ,
  PLAIN_WRITE,
  touchesMemory,
  UNTIL_DEATH,
  WAIT,
  WAIT_ASYNC,
} from './ops.ts';
import { holds, performOn, performPrivate } from './perform.ts';
import type { View } from './steps.ts';
import { DEAD, DONE, isPrivateOperation, LogicalThread, READY, savedNumbers, Thrown, WAITING } from './thread.ts';
import {
  type Choice,
  type EventReducer,
  KILL,
  type Listener,
  type MachineOptions,
  RUN,
  type SavedState,
  type Sleeper,
  TIMEOUT,
} from './types.ts';

export class Machine {
  readonly memory: WordMemory;
  readonly threads: readonly LogicalThread[];
  sleepers: readonly Sleeper[] = [];
  deaths: readonly number[] = [];
  crashesLeft = 0;
  ghosts: readonly unknown[] = [];
  failure: Failure | null = null;
  listener: Listener | null = null;
  /** The states of the oracles after the threads' preparations, if these told them anything. */
  beginnings: readonly unknown[] | null = null;
  /** Keep results, so that a state can be restored. */
  recording = false;
  /** Operations performed since the machine was made. */
  steps = 0;
  private readonly oracles: readonly EventReducer[];
  private readonly oracleIndexes: ReadonlyMap<string, number>;
  private readonly crashes: number;
  private readonly spinLimit: number;
  private readonly isPrivate = (array: View): boolean => !this.memory.locate(array, 0);
  private choiceBuffer: Choice[] = [];
  /** The footprint of the choice that is or was taken last. */
  private marks = 0;
  private from = 0;
  private to = 0;

  constructor(options: MachineOptions) {
    this.memory = options.memory;
    this.threads = options.bodies.map((body, id) => new LogicalThread(id, body));
    this.oracles = options.oracles;
    this.oracleIndexes = new Map(options.oracles.map((oracle, index) => [oracle.name, index]));
    this.crashes = options.crashes;
    this.spinLimit = options.spinLimit;
  }

  /** Begins a run: memory as `setup` left it, every thread before its first operation. */
  reset(): void {
    this.memory.reset();
    this.failure = null;
    this.sleepers = [];
    this.deaths = [];
    this.crashesLeft = this.crashes;
    this.ghosts = this.oracles.map((oracle, index) => this.beginnings?.[index] ?? oracle.initial);
    for (const thread of this.threads) this.follow(thread, undefined, true);
  }

  /** All choices of this state, in a fixed order. The array is reused by the next call. */
  choices(): Choice[] {
    const out = this.choiceBuffer;
    out.length = 0;
    for (const thread of this.threads) {
      if (this.canRun(thread)) out.push(thread.id * 4 + RUN);
      else if (thread.status === WAITING && thread.timeout !== Infinity) out.push(thread.id * 4 + TIMEOUT);
    }
    if (this.crashesLeft === 0) return out;
    for (const thread of this.threads) {
      if (thread.body.mortal && thread.status < DONE) out.push(thread.id * 4 + KILL);
    }
    return out;
  }

  /** True if the choice can be taken now. */
  allows(choice: Choice): boolean {
    const thread = this.threads[choice >> 2];
    if (thread === undefined) return false;
    switch (choice & 3) {
      case RUN:
        return this.canRun(thread);
      case TIMEOUT:
        return thread.status === WAITING && thread.timeout !== Infinity;
      default:
        return this.crashesLeft > 0 && thread.body.mortal && thread.status < DONE;
    }
  }

  private canRun(thread: LogicalThread): boolean {
    if (thread.status !== READY) return false;
    if (thread.kind !== UNTIL_DEATH) return true;
    return this.nextDeath(thread) >= 0 || !this.deathPossible(thread);
  }

  /** True while the thread only repeats what it saw already: nothing that it looks at has changed. */
  idles(thread: LogicalThread): boolean {
    if (thread.period === 0 || thread.status !== READY) return false;
    for (let i = thread.count - thread.period; i < thread.count; i++) {
      const word = thread.words[i]!;
      if (word >= 0 && this.memory.read(word) !== thread.seen[i]) return false;
    }
    return true;
  }

  /**
   * Takes one choice. False if the thread only spun, up to the spin limit, and nothing came of it: the state is the same then.
   */
  apply(choice: Choice): boolean {
    const thread = this.threads[choice >> 2]!;
    this.marks = 0;
    this.touch(0, 0);
    switch (choice & 3) {
      case TIMEOUT:
        this.timeOut(thread);
        return true;
      case KILL:
        this.kill(thread);
        return true;
      default:
        // Where its spin ends depends on all words that it looks at.
        if (thread.period !== 0) this.marks |= ALONE;
        return this.idles(thread) ? this.spinOut(thread) : this.step(thread);
    }
  }

  /** What the choice touched that was taken last. */
  footprint(choice: Choice): Footprint {
    return { choice, from: this.from, to: this.to, marks: this.marks };
  }

  private touch(from: number, to: number): void {
    this.from = from;
    this.to = to;
  }

  private spinOut(thread: LogicalThread): boolean {
    for (let i = 0; i < this.spinLimit * thread.period || i === 0; i++) {
      this.step(thread);
      if (this.failure !== null || thread.period === 0 || thread.status !== READY) return true;
    }
    return false;
  }

  /** Brings a thread's generator to where its history says that it is. */
  refresh(thread: LogicalThread): void {
    if (thread.stale) thread.rebuild(this.isPrivate, performPrivate);
  }

  private step(thread: LogicalThread): boolean {
    this.refresh(thread);
    this.tellLate(thread);
    if (this.failure !== null) return true;
    this.steps++;
    const kind = thread.kind;
    if (touchesMemory(kind)) this.access(thread);
    else this.own(thread, kind);
    return true;
  }

  private access(thread: LogicalThread): void {
    const context = thread.context;
    const kind = context.kind;
    if (kind === WAIT || kind === WAIT_ASYNC) return this.sleep(thread);
    if (kind === NOTIFY) return this.wake(thread);
    const memory = this.memory;
    const word = thread.word;
    if (word < 0) return this.beyond(thread);
    memory.locate(context.array!, context.index);
    const wide = memory.wide;
    const before = memory.read(word);
    const second = wide ? memory.read(word + 1) : 0;
    const result = performOn(context);
    let changed = memory.changed(word, before);
    if (wide) changed = memory.changed(word + 1, second) || changed;
    this.touch(word, word + (wide ? 2 : 1));
    if (changed) this.marks |= WRITES;
    if (this.listener !== null) this.listener.performed(thread, RUN, kind, word, before, memory.read(word), result);
    // A wide element is seen as two words, but a cycle watches one: such a step counts as a change, so it never idles.
    this.deliver(thread, result, word, before, changed || wide);
  }

  private beyond(thread: LogicalThread): void {
    const context = thread.context;
    const isPlainAccess = context.kind === PLAIN_READ || context.kind === PLAIN_WRITE;
    if (isPlainAccess) {
      this.fail(
        failureOf(
          'out of bounds',
          `index ${String(context.index)} is outside of a view of ${context.array!.length} elements`,
          thread.body.name,
        ),
      );
      return;
    }
    try {
      performOn(context);
    } catch (error) {
      this.deliver(thread, new Thrown(error), -1, 0, true);
    }
  }

  private own(thread: LogicalThread, kind: number): void {
    if (kind === PAUSE) return this.deliver(thread, undefined, -1, 0, false);
    if (kind === UNTIL_DEATH) {
      const next = this.nextDeath(thread);
      if (next < 0) {
        // It goes on because nobody can die any more: whether that is so depends on all others.
        this.marks |= ALONE;
        return this.deliver(thread, undefined, -1, 0, true);
      }
      const dead = this.deaths[next]!;
      thread.deathsSeen = next + 1;
      this.listener?.sawDeath(thread, dead);
      return this.deliver(thread, this.threads[dead]!.body.name, -1, 0, true);
    }
    if (kind === BULK) return this.bulk(thread);
    // AWAIT
    this.marks |= SLEEPS;
    const ticket = thread.context.index;
    if (thread.settled.includes(ticket)) return this.deliver(thread, 'ok', -1, 0, true);
    thread.status = WAITING;
    thread.timeout = thread.context.b as number;
  }

  private bulk(thread: LogicalThread): void {
    const { view, from, to } = thread.context.a as BulkRange;
    const { result, changed } = this.memory.changeRange(view, from, to, thread.context.b as () => unknown);
    if (to > from) this.touchElements(view, from, to);
    if (changed) this.marks |= WRITES;
    // A copy is private to the thread, but the thread's history must tell one content from another.
    const word = ArrayBuffer.isView(result) && result !== view ? wordOfText(String(result)) : 0;
    this.deliver(thread, result, -1, word, true, word);
  }

  private touchElements(view: View, from: number, to: number): void {
    this.memory.locate(view, from);
    const first = this.memory.word;
    this.memory.locate(view, to - 1);
    this.touch(first, this.memory.word + (this.memory.wide ? 2 : 1));
  }

  private sleep(thread: LogicalThread): void {
    const context = thread.context;
    const word = thread.word;
    const asynchronous = context.kind === WAIT_ASYNC;
    if (word < 0) {
      const bound = `index ${String(context.index)} of a wait is outside of a view of ${context.array!.length} elements`;
      return this.deliver(thread, new Thrown(new RangeError(bound)), -1, 0, true);
    }
    this.touchElements(context.array!, context.index, context.index + 1);
    const value = this.memory.read(word);
    const outcome = !holds(context.array!, context.index, context.a)
      ? 'not-equal'
      : context.b === 0
        ? 'timed-out'
        : 'asleep';
    if (this.listener !== null) this.listener.performed(thread, RUN, context.kind, word, value, value, outcome);
    if (outcome !== 'asleep') {
      return this.deliver(thread, asynchronous ? { async: false, value: outcome } : outcome, word, value, false);
    }
    // Who sleeps there is to a notify as the word is to a load.
    this.marks |= SLEEPS | WRITES;
    const ticket = asynchronous ? thread.count : -1;
    this.sleepers = [...this.sleepers, { thread: thread.id, word, ticket }];
    if (asynchronous) {
      return this.deliver(thread, { async: true, value: new Ticket(ticket, context.b as number) }, word, value, true);
    }
    thread.status = WAITING;
    thread.timeout = context.b as number;
  }

  private wake(thread: LogicalThread): void {
    const context = thread.context;
    const word = thread.word;
    const limit = context.a as number;
    const woken: Sleeper[] = [];
    if (word >= 0 && this.sleepers.length > 0) {
      for (const sleeper of this.sleepers) {
        if (sleeper.word === word && woken.length < limit) woken.push(sleeper);
      }
    }
    if (word >= 0) this.touchElements(context.array!, context.index, context.index + 1);
    if (woken.length > 0) this.marks |= SLEEPS | WRITES;
    const value = word < 0 ? 0 : this.memory.read(word);
    if (this.listener !== null) this.listener.performed(thread, RUN, NOTIFY, word, value, value, woken.length);
    if (woken.length > 0) this.sleepers = this.sleepers.filter((sleeper) => !woken.includes(sleeper));
    this.deliver(thread, woken.length, word, value, woken.length > 0);
    for (const sleeper of woken) this.wakeOne(thread, sleeper);
  }

  private wakeOne(waker: LogicalThread, sleeper: Sleeper): void {
    const thread = this.threads[sleeper.thread]!;
    if (this.listener !== null) this.listener.woken(waker, thread);
    if (sleeper.ticket >= 0) thread.settled = [...thread.settled, sleeper.ticket];
    const awaitsIt = sleeper.ticket < 0 || (thread.kind === AWAIT && thread.mask === sleeper.ticket);
    if (thread.status !== WAITING || !awaitsIt) return;
    this.refresh(thread);
    thread.status = READY;
    this.deliver(thread, 'ok', sleeper.word, this.memory.read(sleeper.word), true);
  }

  private timeOut(thread: LogicalThread): void {
    this.refresh(thread);
    this.steps++;
    const word = thread.word;
    this.marks |= SLEEPS;
    if (word >= 0) this.touch(word, word + 1);
    const ticket = thread.kind === AWAIT ? thread.mask : -1;
    this.sleepers = this.sleepers.filter((sleeper) => sleeper.thread !== thread.id || sleeper.ticket !== ticket);
    const value = word < 0 ? 0 : this.memory.read(word);
    if (this.listener !== null) this.listener.performed(thread, TIMEOUT, thread.kind, word, value, value, 'timed-out');
    thread.status = READY;
    this.deliver(thread, 'timed-out', word, value, false);
  }

  private kill(thread: LogicalThread): void {
    this.crashesLeft--;
    this.marks |= SLEEPS;
    thread.status = DEAD;
    thread.period = 0;
    thread.low = 0;
    thread.high = 0;
    thread.late = [];
    this.sleepers = this.sleepers.filter((sleeper) => sleeper.thread !== thread.id);
    this.deaths = [...this.deaths, thread.id];
    if (this.listener !== null) this.listener.died(thread);
  }

  private nextDeath(watcher: LogicalThread): number {
    for (let i = watcher.deathsSeen; i < this.deaths.length; i++) {
      if (this.deaths[i] !== watcher.id) return i;
    }
    return -1;
  }

  private deathPossible(watcher: LogicalThread): boolean {
    if (this.crashesLeft === 0) return false;
    return this.threads.some(
      (thread) => thread.body.mortal && thread.status < DONE && thread !== watcher && !this.sleepsUntilDeath(thread),
    );
  }

  /** Two watchers must not wait for each other's death for ever. */
  private sleepsUntilDeath(thread: LogicalThread): boolean {
    return thread.kind === UNTIL_DEATH && thread.status === READY && this.nextDeath(thread) < 0;
  }

  /** Records a result, and lets the thread run on to its next operation. */
  private deliver(
    thread: LogicalThread,
    result: unknown,
    word: number,
    value: number,
    changed: boolean,
    resultWord: number = wordOfResult(result),
  ): void {
    const key = mix(mix(thread.site, resultWord, LOW), word, HIGH);
    if (this.recording) thread.results.push(result);
    thread.record(key, word, value, changed, resultWord);
    this.follow(thread, result);
  }

  private follow(thread: LogicalThread, result: unknown, starting = false): void {
    try {
      let next = starting ? thread.restart(this.isPrivate, performPrivate) : thread.resume(result);
      while (!next.done) {
        const context = thread.context;
        if (context.kind === EVENT) {
          this.tellLate(thread);
          this.tell(thread, context.a as string, context.b);
        } else if (context.kind === LATE_EVENT) {
          thread.late = [...thread.late, { oracle: context.a as string, event: context.b }];
        } else if (context.kind === FORGET) {
          thread.forget(wordOf(context.a));
        } else if (
          context.kind === BULK
            ? isPrivateOperation(context, this.isPrivate)
            : context.array !== null && !this.locate(thread, context)
        ) {
          next = thread.resume(performPrivate(context));
          continue;
        } else {
          this.stand(thread, context);
          return;
        }
        if (this.failure !== null) return;
        next = thread.resume(undefined);
      }
      this.tellLate(thread);
      this.finish(thread, next.value);
    } catch (error) {
      this.fail(failureOf('exception', messageOf(error), thread.body.name, error));
    }
  }

  private locate(thread: LogicalThread, context: Context): boolean {
    const array = context.array!;
    if (!this.memory.locate(array, 0)) return false;
    const inside = context.index >= 0 && context.index < array.length && Number.isInteger(context.index);
    if (inside) this.memory.locate(array, context.index);
    thread.word = inside ? this.memory.word : -1;
    thread.mask = inside ? this.memory.mask : 0;
    return true;
  }

  private stand(thread: LogicalThread, context: Context): void {
    thread.kind = context.kind;
    thread.site = context.site;
    if (context.array === null) {
      thread.word = -1;
      thread.mask = context.kind === AWAIT ? context.index : 0;
    }
    thread.checkCycle();
  }

  private finish(thread: LogicalThread, value: unknown): void {
    thread.status = DONE;
    thread.period = 0;
    thread.value = value;
    thread.kind = PAUSE;
    thread.word = -1;
    // What a finished thread saw no longer matters: only what it returned.
    thread.low = mix(wordOf(value), 2, LOW);
    thread.high = mix(wordOf(value), 2, HIGH);
  }

  private tellLate(thread: LogicalThread): void {
    if (thread.late.length === 0) return;
    const late = thread.late;
    thread.late = [];
    for (const { oracle, event } of late) this.tell(thread, oracle, event);
  }

  private tell(thread: LogicalThread, oracle: string, event: unknown): void {
    const index = this.oracleIndexes.get(oracle) ?? -1;
    this.marks |= TELLS;
    if (this.listener !== null) this.listener.told(thread, oracle, event);
    // An event is news, but it must not turn a running cycle into progress of memory: it only ends the present cycle.
    thread.lastChange = thread.count;
    thread.period = 0;
    if (index < 0)
      return this.fail(failureOf('exception', `no oracle named '${oracle}' is in the scenario`, thread.body.name));
    try {
      const state = this.oracles[index]!.apply(this.ghosts[index], thread.body.name, event);
      if (state !== this.ghosts[index]) this.ghosts = this.ghosts.with(index, state);
    } catch (error) {
      this.fail(failureOf('oracle', `${oracle}: ${messageOf(error)}`, thread.body.name, error));
    }
  }

  fail(failure: Failure): void {
    this.failure ??= failure;
  }

  /** True when every thread has ended. */
  ended(): boolean {
    return this.threads.every((thread) => thread.status >= DONE);
  }

  save(): SavedState {
    const numbers = savedNumbers(this.threads.length);
    for (const thread of this.threads) thread.save(numbers);
    return {
      mark: this.memory.mark(),
      numbers,
      late: this.threads.map((thread) => thread.late),
      settled: this.threads.map((thread) => thread.settled),
      sleepers: this.sleepers,
      deaths: this.deaths,
      crashesLeft: this.crashesLeft,
      ghosts: this.ghosts,
    };
  }

  restore(state: SavedState): void {
    this.memory.undoTo(state.mark);
    for (const thread of this.threads) {
      thread.load(state.numbers);
      thread.late = state.late[thread.id]!;
      thread.settled = state.settled[thread.id]!;
    }
    this.sleepers = state.sleepers;
    this.deaths = state.deaths;
    this.crashesLeft = state.crashesLeft;
    this.ghosts = state.ghosts;
    this.failure = null;
  }
}

function wordOfResult(result: unknown): number {
  if (result instanceof Thrown) return 0x5bd1e995;
  return wordOf(typeof result === 'object' ? (result as { async?: boolean } | null)?.async : result);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
