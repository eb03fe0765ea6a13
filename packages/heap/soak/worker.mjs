/** Offers blocks of random sizes in its cells, and frees what it finds in the cells of all, half of them of others. */
import { workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { base, CELL, CELLS, DONE, EMPTY, HAND, OFFERS, STOP, TAKEN } from './board.mjs';

const { handle, board, index, threads, seed, detach } = workerData;
const heap = SharedHeap.attach(handle);
const mine = base(index);
let state = seed;

function random(below) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
}

/** From 1 byte to 32 KiB, small ones more often. */
function size() {
  return 1 + random(1 << (3 + random(13)));
}

function offer(cell) {
  const block = heap.malloc(size());
  board[mine + CELL] = cell;
  board[mine + HAND] = block;
  heap.words[block >>> 2] = mine + cell; // in two hands, it would say another cell in one of them
  Atomics.store(board, mine + OFFERS + cell, block);
  board[mine + HAND] = 0;
}

function take(owner, cell) {
  const at = base(owner) + OFFERS + cell;
  const block = Atomics.load(board, at);
  if (block === EMPTY || block === TAKEN) return;
  if (Atomics.compareExchange(board, at, block, TAKEN) !== block) return;
  if (heap.words[block >>> 2] !== base(owner) + cell)
    throw new Error(`block ${block >>> 0} was written by somebody else`);
  heap.free(block >>> 0);
}

while (Atomics.load(board, STOP) === 0) {
  const cell = random(CELLS);
  if (random(2) === 0) take(random(2) === 0 ? index : random(threads), cell);
  else {
    const seen = Atomics.load(board, mine + OFFERS + cell);
    if (seen === EMPTY || seen === TAKEN) {
      board[mine + OFFERS + cell] = EMPTY;
      offer(cell);
    }
  }
  board[mine + DONE]++;
}
if (detach) heap.detach();
