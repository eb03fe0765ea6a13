/**
 * What is done for a slot whose thread is gone, or goes: nothing is left in its name afterwards.
 *
 *   1. its ledger is settled, a segment that is in no directory goes back
 *   2. cells that it held are CACHED or EMPTY again, by whether a record that it had in hand names the block too
 *   3. records that it had in hand, to make an image or to give one back, are given back: their blocks to the heap, for nobody
 *      knows which of them had their sizes yet
 *   4. it holds the lock of no image any more; its bit goes from every record, an image that it was closing is open again, and
 *      images that nobody holds are closed
 *
 * References that it has given away stay: see records/parcels.ts.
 *
 * All of it is done in the name of the slot, and is right when it is done again: if the thread dies here, whoever reaps it
 * reaps this slot first, and begins at 1.
 */
import type { SharedHeap } from '@sharena/heap';
import { CELL_SEGMENTS, R_BLOCKS, R_CONTROL, R_HOLDERS, R_TABLE, SEGMENTS, W_CELLS, W_RECORDS } from '../layout.ts';
import { recoverLock } from '../pixels/lock.ts';
import { BUSY, LIVE, slotOf, stateOf } from '../records/control.ts';
import { Hand } from './hand.ts';

/** Gives back all that is held, or was begun, in the name of a slot. Threads: who has the slot, or reaps it. */
export function giveBackAll(heap: SharedHeap, store: number, slot: number): void {
  const { words } = heap;
  const hand = new Hand(heap, store, slot);
  hand.ledger.settle();
  hand.segments.settle([
    [store + W_RECORDS, SEGMENTS],
    [store + W_CELLS, CELL_SEGMENTS],
  ]);
  const inHand = recordsInHand(hand, slot);
  const named = new Set(inHand.flatMap((record) => namesOf(words, record)));
  hand.cells.release((address) => named.has(address));
  for (const record of inHand) hand.destroy(record, false);
  hand.records.forEach((record) => {
    if (holds(words, record, slot)) recoverLock(heap, record, slot);
    hand.holders.giveUp(record);
  });
}

/** Whether the slot's bit keeps the image of a record from being closed: it was set before the image is seen open here. */
function holds(words: Int32Array, record: number, slot: number): boolean {
  const bit = Atomics.load(words, record + R_HOLDERS + (slot >>> 5)) & (1 << (slot & 31));
  return bit !== 0 && stateOf(Atomics.load(words, record + R_CONTROL)) >= LIVE;
}

function recordsInHand(hand: Hand, slot: number): number[] {
  const found: number[] = [];
  hand.records.forEach((record, word) => {
    if (stateOf(word) === BUSY && slotOf(word) === slot) found.push(record);
  });
  return found;
}

function namesOf(words: Int32Array, record: number): number[] {
  const table = words[record + R_TABLE] >>> 2;
  return Array.from({ length: words[record + R_BLOCKS] }, (_, i) => words[table + i]).filter((name) => name !== 0);
}
