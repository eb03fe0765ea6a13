/** One run: choices are taken until the run ends or fails. The endings are the same for every strategy. */
import { type Failure, failureOf } from '../machine/failure.ts';
import type { Machine } from '../machine/machine.ts';
import { type Choice, KILL } from '../machine/types.ts';
import { DONE, type LogicalThread } from '../machine/thread.ts';
import type { Rig } from '../rig.ts';

/** Chooses the next step among the choices of a state. The array may be reused: do not keep it. */
export interface Chooser {
  choose(choices: readonly Choice[], machine: Machine): Choice;
}

/** A failure that says how far the run had come. */
export interface RunEnd {
  readonly failure: Failure | null;
  readonly steps: number;
}

/**
 * Runs from the beginning to the end. `taken` receives the choices.
 */
export function runOnce(rig: Rig, chooser: Chooser, maxSteps: number, taken: Choice[]): RunEnd {
  const { machine } = rig;
  taken.length = 0;
  machine.reset();
  const stuck = new Set<Choice>();
  for (let steps = 0; ; steps++) {
    if (machine.failure !== null) return { failure: machine.failure, steps };
    const choices = machine.choices();
    if (!choices.some((choice) => (choice & 3) !== KILL)) {
      return { failure: machine.ended() ? rig.checkEnd() : rig.describeStall(), steps };
    }
    if (steps === maxSteps) return { failure: tooLong(machine, maxSteps), steps };
    const choice = chooser.choose(choices, machine);
    taken.push(choice);
    if (machine.apply(choice)) stuck.clear();
    else if (stuck.add(choice) && choices.every((other) => (other & 3) === KILL || stuck.has(other))) {
      taken.length -= stuck.size;
      return { failure: spinForEver(rig), steps };
    }
    if (rig.hasInvariant && machine.failure === null) machine.failure = rig.checkInvariant();
  }
}

/** The failure of a state in which every thread that could run only spins: nothing will ever change. */
export function spinForEver(rig: Rig): Failure {
  const { machine } = rig;
  const spinning = machine.threads.filter((thread) => machine.idles(thread));
  const told = spinning.map((thread) => describeSpin(rig, thread)).join('; ');
  return failureOf('livelock', `every thread that can run only looks, for ever: ${told}`);
}

function describeSpin(rig: Rig, thread: LogicalThread): string {
  const words = new Set<number>();
  for (let i = thread.count - thread.period; i < thread.count; i++) {
    if (thread.words[i]! >= 0) words.add(thread.words[i]!);
  }
  const seen = [...words].map((word) => `${rig.nameOf(word)} = ${rig.machine.memory.read(word)}`);
  return `${thread.body.name} looks at ${seen.join(', ') || 'nothing'}`;
}

/** The failure of a run that does not end: a livelock if its threads go round in circles, else a step limit. */
export function tooLong(machine: Machine, maxSteps: number): Failure {
  const live = machine.threads.filter((thread) => thread.status < DONE);
  const cycles = live.map((thread) => roundOf(thread));
  const going = live.filter((_, i) => cycles[i]! > 0);
  if (going.length > 0 && going.length === live.length) {
    const told = going.map((thread) => `${thread.body.name} repeats the same ${roundOf(thread)} steps`);
    return failureOf('livelock', `no progress in ${maxSteps} steps: ${told.join('; ')}`);
  }
  return failureOf('step limit', `the run has not ended after ${maxSteps} steps`);
}

const LONGEST_ROUND = 64;
const ROUNDS = 4;

/** The length of the circle that the last steps of a thread went round `ROUNDS` times; 0 if they did not. */
function roundOf(thread: LogicalThread): number {
  for (let length = 1; length <= LONGEST_ROUND && length * ROUNDS <= thread.count; length++) {
    let same = 0;
    while (same < length * (ROUNDS - 1) && thread.keys[thread.count - 1 - same] === thread.keys[thread.count - 1 - same - length]) same++;
    if (same === length * (ROUNDS - 1)) return length;
  }
  return 0;
}
