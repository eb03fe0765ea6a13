/**
 * Exhaustive search: depth first, each state once.
 *
 * Choices that lead to a state which is visited otherwise are left out ("sleep sets"). When a choice has been taken from a state,
 * it sleeps in the states that the other choices lead to, until one is taken that does not commute with it. A state that is met
 * again, and where fewer choices sleep now than in every visit before, is left by those that are awake now. So every state that
 * can be reached is visited: of the paths to it that differ only in the order of choices which commute, one is taken to its end.
 * A bound on pre-emptions tells such paths apart: a search with one takes every choice of every state.
 *
 * Going back costs what was done since: memory is undone from a log, and a thread's generator is made again and fed with its
 * results only when that thread is to run. `complete` is true when no state was left out: by the budget, by the bound on
 * pre-emptions or otherwise.
 */
import { type Failure, failureOf } from '../machine/failure.ts';
import { commute, type Footprint } from '../machine/footprint.ts';
import { NEW, StateSet } from '../machine/hash.ts';
import { StateKey } from '../machine/key.ts';
import { type Choice, KILL, RUN, type SavedState } from '../machine/types.ts';
import { type RaceRules, raceInState } from '../races.ts';
import type { Rig } from '../rig.ts';
import { spinForEver, tooLong } from './run.ts';

export interface ExhaustiveOptions {
  readonly maxStates: number;
  readonly maxSteps: number;
  readonly deadline: number;
  /** Most pre-emptions in a schedule; Infinity for all schedules. */
  readonly preemptions: number;
  readonly races: RaceRules | null;
}

export interface ExhaustiveResult {
  readonly failure: Failure | null;
  readonly choices: readonly Choice[];
  readonly states: number;
  readonly schedules: number;
  readonly complete: boolean;
}

interface Frame {
  readonly saved: SavedState;
  readonly choices: readonly Choice[];
  next: number;
  /** The thread that ran last, and the pre-emptions spent. */
  readonly last: number;
  readonly spent: number;
  /** The choices that sleep here, and those that were taken. */
  readonly asleep: Footprint[];
  /** How many choices of this state let a thread run on, and how many of them came to nothing because it only spins. */
  readonly running: number;
  stuck: number;
}

const CLOCK_EVERY = 1024;
/** A choice of one of so many threads is a bit of a word. */
const MOST_THREADS = 8;
const NONE: readonly Footprint[] = [];

export class ExhaustiveSearch {
  private readonly rig: Rig;
  private readonly options: ExhaustiveOptions;
  private readonly key: StateKey;
  private readonly seen = new StateSet();
  private readonly path: Choice[] = [];
  private schedules = 0;
  private cutOff = false;
  private readonly bounded: boolean;
  private readonly reduces: boolean;

  constructor(rig: Rig, options: ExhaustiveOptions) {
    this.rig = rig;
    this.options = options;
    this.bounded = options.preemptions !== Infinity;
    this.reduces = !this.bounded && rig.machine.threads.length <= MOST_THREADS;
    this.key = new StateKey(rig.scenario.oracles ?? []);
  }

  run(): ExhaustiveResult {
    const { machine } = this.rig;
    machine.recording = true;
    machine.memory.recording = true;
    machine.memory.hashing = true;
    machine.reset();
    const failure = machine.failure ?? this.search();
    return {
      failure,
      choices: this.path,
      states: this.seen.size,
      schedules: this.schedules,
      complete: failure === null && !this.cutOff,
    };
  }

  private search(): Failure | null {
    const first = this.enter(0, 0, NONE);
    if (first !== null && 'kind' in first) return first;
    const stack: Frame[] = first === null ? [] : [first];
    const { machine } = this.rig;
    for (let count = 0; stack.length > 0; count++) {
      if (this.isOver(count)) return null;
      const frame = stack[stack.length - 1]!;
      if (frame.next === frame.choices.length) {
        stack.pop();
        this.path.length = Math.max(0, stack.length - 1);
        continue;
      }
      this.path.length = stack.length - 1;
      if (frame.next > 0) machine.restore(frame.saved);
      const choice = frame.choices[frame.next++]!;
      const spent = frame.spent + this.cost(frame, choice);
      if (spent > this.options.preemptions) {
        this.cutOff = true;
        continue;
      }
      this.path.push(choice);
      if (!machine.apply(choice)) {
        const failure = this.stuck(frame);
        if (failure !== null) return failure;
        continue;
      }
      const next = this.enter(choice >> 2, spent, this.asleepAfter(frame, choice));
      if (next === null) continue;
      if ('kind' in next) return next;
      stack.push(next);
    }
    return null;
  }

  /** A thread only spun. If each that can run does, they do so for ever. */
  private stuck(frame: Frame): Failure | null {
    this.schedules++;
    frame.stuck++;
    if (frame.stuck < frame.running) return null;
    this.path.pop();
    this.rig.machine.restore(frame.saved);
    return spinForEver(this.rig);
  }

  private isOver(count: number): boolean {
    const isOver =
      this.seen.size >= this.options.maxStates ||
      (count % CLOCK_EVERY === 0 && performance.now() > this.options.deadline);
    if (isOver) this.cutOff = true;
    return isOver;
  }

  private cost(frame: Frame, choice: Choice): number {
    if (!this.bounded || (choice & 3) !== RUN || choice >> 2 === frame.last) return 0;
    return frame.choices.includes(frame.last * 4 + RUN) && this.path.length > 0 ? 1 : 0;
  }

  /** What sleeps in the state that this choice led to. */
  private asleepAfter(frame: Frame, choice: Choice): readonly Footprint[] {
    if (!this.reduces) return NONE;
    const taken = this.rig.machine.footprint(choice);
    const asleep = frame.asleep.filter((other) => commute(other, taken));
    frame.asleep.push(taken);
    return asleep;
  }

  /** Looks at the state that the machine is in: a failure, a frame, or null if there is nothing more to do here. */
  private enter(last: number, spent: number, asleep: readonly Footprint[]): Frame | Failure | null {
    const { rig, options } = this;
    const { machine } = rig;
    if (machine.failure !== null) return machine.failure;
    this.key.take(machine, this.bounded ? 1 + last + 16 * spent : 0);
    const mask = maskOf(asleep);
    const before = this.seen.visit(this.key.low, this.key.high, mask);
    if (before !== NEW) return this.enterAgain(last, spent, asleep, before);
    if (rig.hasInvariant) {
      const failure = rig.checkInvariant();
      if (failure !== null) return failure;
    }
    const race = options.races === null ? null : raceInState(machine, options.races);
    if (race !== null) return failureOf('race', race);
    const choices = machine.choices();
    if (!choices.some((choice) => (choice & 3) !== KILL)) {
      this.schedules++;
      return this.end();
    }
    if (this.path.length >= options.maxSteps) return tooLong(machine, options.maxSteps);
    return this.frame(~mask, last, spent, [...asleep]);
  }

  /** A state that is known: of the choices that slept there in all visits `before`, those are taken that do not sleep now. */
  private enterAgain(last: number, spent: number, asleep: readonly Footprint[], before: number): Frame | null {
    const awake = before & ~maskOf(asleep);
    if (awake === 0) {
      this.schedules++;
      return null;
    }
    const stillAsleep = asleep.filter(({ choice }) => (before & (1 << choice)) !== 0);
    return this.frame(awake, last, spent, stillAsleep);
  }

  /** A frame of the state that the machine is in, with those of its choices that are in the mask `awake`. */
  private frame(awake: number, last: number, spent: number, asleep: Footprint[]): Frame {
    const { machine } = this.rig;
    const all = machine.choices();
    const running = all.reduce((count, choice) => count + ((choice & 3) === KILL ? 0 : 1), 0);
    const choices = this.inOrder(
      all.filter((choice) => (awake & (1 << choice)) !== 0),
      last,
    );
    return { saved: machine.save(), choices, next: 0, last, spent, asleep, running, stuck: 0 };
  }

  private end(): Failure | null {
    const { machine } = this.rig;
    if (!machine.ended()) return this.rig.describeStall();
    return this.rig.checkEnd();
  }

  /** The thread that ran goes on first, then the others, then deaths; threads that only spin come last of those that run. */
  private inOrder(choices: readonly Choice[], last: number): Choice[] {
    const { machine } = this.rig;
    const rank = (choice: Choice): number => {
      if ((choice & 3) === KILL) return 3;
      if (machine.idles(machine.threads[choice >> 2]!)) return 2;
      return choice >> 2 === last ? 0 : 1;
    };
    return choices
      .map((choice) => [rank(choice), choice] as const)
      .sort((a, b) => a[0] - b[0] || a[1] - b[1])
      .map((pair) => pair[1]);
  }
}

/** A bit for each choice. */
function maskOf(choices: readonly Footprint[]): number {
  let mask = 0;
  for (const { choice } of choices) mask |= 1 << choice;
  return mask;
}
