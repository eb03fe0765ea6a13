/**
 * A critical section inside a primitive: a robust word, held for a few dozen nanoseconds, around plain words.
 * The semaphore and the channel keep their state so: what is true at each moment is said by words that one store changes, and what can be
 * computed from those is computed anew after an owner died inside.
 *
 * Even async forms take it by spinning and, if that fails, by sleeping: its owner is in the middle of a few instructions, or
 * was put aside by the system, or is dead and not recovered yet.
 */
import { hasDied, LockWaiting, markWord, tryLockWord, unlockWord } from './robust-word.ts';
import { block } from './waiting.ts';

/** Enters. True if somebody died inside since the last repair: then repair, and say so with `sectionRepaired`. */
export function enterSection(words: Int32Array<SharedArrayBuffer>, at: number, owner: number): boolean {
  if (Atomics.compareExchange(words, at, 0, owner) === 0) return false;
  if (!tryLockWord(words, at, owner)) block(new LockWaiting(words, at, owner), Infinity);
  return hasDied(words, at);
}

/** What the section guards is whole again. */
export function sectionRepaired(words: Int32Array<SharedArrayBuffer>, at: number, owner: number): void {
  markWord(words, at, owner);
}

/** Leaves. */
export function leaveSection(words: Int32Array<SharedArrayBuffer>, at: number, owner: number): void {
  unlockWord(words, at, owner, 1);
}
