/**
 * What a choice touched, and which choices commute.
 *
 * Two choices of different threads commute if they lead to one state in either order, and neither keeps the other from being taken. That
 * holds if neither changes a word that the other touches, and if they do not both change something else that all threads share:
 * the oracles, or the list of sleepers and the deaths. What a thread knows by itself, its history, is touched by its own choices alone.
 */
import type { Choice } from './types.ts';

/** At least one of the words is another now. */
export const WRITES = 1;
/** An oracle was told something: their states depend on the order of what they are told. */
export const TELLS = 2;
/** A thread went to sleep, was woken, or died: sleepers and deaths are kept in their order. */
export const SLEEPS = 4;
/** Commutes with nothing: what it does, or whether it can be taken, depends on what others do. */
export const ALONE = 8;

/** What one choice touched. */
export interface Footprint {
  readonly choice: Choice;
  /** The words from `from` to before `to`: none if they are equal. */
  readonly from: number;
  readonly to: number;
  /** `WRITES`, `TELLS`, `SLEEPS` and `ALONE`, added up. */
  readonly marks: number;
}

/** True if two choices that can be taken in one state lead to one state in either order. */
export function commute(a: Footprint, b: Footprint): boolean {
  if (a.choice >> 2 === b.choice >> 2) return false;
  if (((a.marks | b.marks) & ALONE) !== 0 || (a.marks & b.marks & (TELLS | SLEEPS)) !== 0) return false;
  return a.from >= b.to || b.from >= a.to || ((a.marks | b.marks) & WRITES) === 0;
}
