/**
 * Makes a failing schedule smaller: first fewer changes of thread, then fewer steps.
 * Each candidate is run; it is taken if it fails in the same way and is smaller. The result is what was really run.
 */
import type { FailureKind } from '../machine/failure.ts';
import type { Choice } from '../machine/types.ts';
import type { Rig } from '../rig.ts';
import { Follower } from './choosers.ts';
import { runOnce } from './run.ts';
import { switchesIn } from './schedule.ts';

interface Segment {
  readonly choice: Choice;
  readonly count: number;
}

export interface ShrinkLimits {
  /** Most steps of all candidates together: not a time, so that the same failure shrinks to the same schedule everywhere. */
  readonly budget: number;
  readonly maxSteps: number;
}

/** The smallest failing schedule that was found. `run` prepares and runs a candidate and gives its kind of failure. */
export function shrink(rig: Rig, kind: FailureKind, start: readonly Choice[], limits: ShrinkLimits, prepare: () => void): Choice[] {
  let best = [...start];
  const taken: Choice[] = [];
  let left = limits.budget;
  const tries = (candidate: readonly Choice[]): boolean => {
    if (left <= 0) return false;
    prepare();
    const end = runOnce(rig, new Follower(candidate), limits.maxSteps, taken);
    left -= end.steps + 1;
    if (end.failure?.kind !== kind || !isSmaller(taken, best)) return false;
    best = [...taken];
    return true;
  };
  tries(start);
  while (left > 0 && improve(best, tries));
  return best;
}

function isSmaller(a: readonly Choice[], b: readonly Choice[]): boolean {
  const difference = switchesIn(a) - switchesIn(b);
  return difference < 0 || (difference === 0 && a.length < b.length);
}

function improve(best: readonly Choice[], tries: (candidate: readonly Choice[]) => boolean): boolean {
  const segments = segmentsOf(best);
  for (let i = segments.length - 1; i >= 0; i--) {
    for (const candidate of candidatesAt(segments, i)) {
      if (tries(flat(candidate))) return true;
    }
  }
  return false;
}

function* candidatesAt(segments: readonly Segment[], i: number): Generator<Segment[]> {
  const here = segments[i]!;
  const before = segments.slice(0, i);
  const after = segments.slice(i + 1);
  yield [...before, ...after];
  yield before;
  // Moved to the last segment of its thread before it, or to the first after it.
  for (let j = i - 2; j >= 0; j--) {
    if (segments[j]!.choice !== here.choice) continue;
    yield [...segments.slice(0, j + 1), here, ...segments.slice(j + 1, i), ...after];
    break;
  }
  for (let j = i + 2; j < segments.length; j++) {
    if (segments[j]!.choice !== here.choice) continue;
    yield [...before, ...segments.slice(i + 1, j), here, ...segments.slice(j)];
    break;
  }
  for (let count = here.count >> 1; count > 0; count >>= 1) {
    yield [...before, { choice: here.choice, count: here.count - count }, ...after];
  }
}

function segmentsOf(choices: readonly Choice[]): Segment[] {
  const segments: Segment[] = [];
  for (const choice of choices) {
    const last = segments[segments.length - 1];
    if (last !== undefined && last.choice === choice) segments[segments.length - 1] = { choice, count: last.count + 1 };
    else segments.push({ choice, count: 1 });
  }
  return segments;
}

function flat(segments: readonly Segment[]): Choice[] {
  return segments.flatMap(({ choice, count }) => new Array<Choice>(count).fill(choice));
}
