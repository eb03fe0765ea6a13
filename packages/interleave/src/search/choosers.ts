/** How a random run chooses: walk, PCT, uniform random walk; and how a schedule is followed. */
import { LOW, mix } from '../machine/hash.ts';
import type { Machine } from '../machine/machine.ts';
import { type Choice, KILL, RUN, TIMEOUT } from '../machine/types.ts';
import type { Chooser } from './run.ts';

/** Small numbers from a seed: xorshift128, the same on every machine. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  constructor(seed: number) {
    // Neighbouring seeds must not give similar numbers.
    this.a = mix(seed, 1, LOW) | 1;
    this.b = mix(seed, 2, LOW);
    this.c = mix(seed, 3, LOW);
    this.d = mix(seed, 4, LOW);
  }

  word(): number {
    let t = this.d;
    const s = this.a;
    this.d = this.c;
    this.c = this.b;
    this.b = s;
    t ^= t << 11;
    t ^= t >>> 8;
    this.a = t ^ s ^ (s >>> 19);
    return this.a >>> 0;
  }

  below(bound: number): number {
    return this.word() % bound;
  }
}

/** What all random choosers share: when to kill, when to let a wait time out, and not to watch a spinning thread for long. */
abstract class RandomChooser implements Chooser {
  protected readonly random: Random;
  private readonly steady: Choice[] = [];
  private readonly killOdds: number;

  /** `length`: about how long a run is, so that a crash falls anywhere in it. */
  constructor(random: Random, length: number) {
    this.random = random;
    this.killOdds = Math.max(4, length);
  }

  choose(choices: readonly Choice[], machine: Machine): Choice {
    const steady = this.steady;
    steady.length = 0;
    let spare = -1;
    for (const choice of choices) {
      const action = choice & 3;
      if (action === KILL) {
        if (this.random.below(this.killOdds) === 0) return choice;
      } else if (action === TIMEOUT || machine.idles(machine.threads[choice >> 2]!)) {
        if (this.random.below(16) === 0) return choice;
        spare = spare < 0 || this.random.below(2) === 0 ? choice : spare;
      } else {
        steady.push(choice);
      }
    }
    if (steady.length === 0) return spare;
    return steady.length === 1 ? steady[0]! : this.pick(steady, machine);
  }

  protected abstract pick(choices: readonly Choice[], machine: Machine): Choice;
}

/** Each thread that can run is as likely as any other. */
export class RandomWalk extends RandomChooser {
  protected pick(choices: readonly Choice[]): Choice {
    return choices[this.random.below(choices.length)]!;
  }
}

/**
 * Probabilistic concurrency testing: random priorities, the highest runs, and at `depth - 1` random moments the running thread
 * falls behind all others. A bug that needs `depth` orderings is found with a chance that can be computed.
 */
export class Pct extends RandomChooser {
  private readonly priorities: number[];
  private readonly changes: Set<number>;
  private step = 0;
  private lowest = 0;

  constructor(random: Random, length: number, threads: number, depth: number) {
    super(random, length);
    this.priorities = Array.from({ length: threads }, () => 1 + random.word());
    this.changes = new Set(Array.from({ length: depth - 1 }, () => random.below(Math.max(1, length))));
  }

  protected pick(choices: readonly Choice[]): Choice {
    let best = choices[0]!;
    for (const choice of choices) {
      if (this.priorities[choice >> 2]! > this.priorities[best >> 2]!) best = choice;
    }
    if (this.changes.has(this.step++)) this.priorities[best >> 2] = --this.lowest;
    return best;
  }
}

/** Uniform random walk: a thread is as likely as it has steps left, so that interleavings, not first steps, are equally likely. */
export class UniformWalk extends RandomChooser {
  private readonly left: number[];

  /** `lengths`: how many steps each thread took in former runs. */
  constructor(random: Random, length: number, lengths: readonly number[]) {
    super(random, length);
    this.left = [...lengths];
  }

  protected pick(choices: readonly Choice[]): Choice {
    let total = 0;
    for (const choice of choices) total += Math.max(1, this.left[choice >> 2]!);
    let ticket = this.random.below(total);
    for (const choice of choices) {
      ticket -= Math.max(1, this.left[choice >> 2]!);
      if (ticket >= 0) continue;
      this.left[choice >> 2]!--;
      return choice;
    }
    return choices[choices.length - 1]!;
  }
}

/**
 * Follows a list of choices. One that cannot be taken is passed over; after the list, the thread that ran last goes on as long as
 * it can, and then the first that can.
 */
export class Follower implements Chooser {
  private readonly list: readonly Choice[];
  private next = 0;
  private last = 0;
  /** True when a choice of the list could not be taken. */
  strayed = false;

  constructor(list: readonly Choice[]) {
    this.list = list;
  }

  choose(choices: readonly Choice[], machine: Machine): Choice {
    while (this.next < this.list.length) {
      const choice = this.list[this.next++]!;
      if (machine.allows(choice)) return this.took(choice);
      this.strayed = true;
    }
    return this.took(this.goOn(choices, machine));
  }

  private goOn(choices: readonly Choice[], machine: Machine): Choice {
    const busy = (choice: Choice): boolean => (choice & 3) === RUN && !machine.idles(machine.threads[choice >> 2]!);
    const same = this.last * 4;
    if (choices.includes(same) && busy(same)) return same;
    return choices.find(busy) ?? choices.find((choice) => (choice & 3) !== KILL)!;
  }

  private took(choice: Choice): Choice {
    this.last = choice >> 2;
    return choice;
  }
}
