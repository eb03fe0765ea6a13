/** Offers blocks of random sizes in its cells, and frees what it finds in cells, half of them those of all threads. */
import { workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import * as B from './board.mjs';

const { handle, board, index, threads, seed, detach } = workerData;
const heap = SharedHeap.attach(handle);
const mine = B.base(index);
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

function step(what) {
  Atomics.store(board, mine + B.STEP, what);
}

function offer(at) {
  board[mine + B.HAND] = 0;
  step(B.IN_MALLOC);
  const block = heap.malloc(size());
  board[mine + B.AT] = at;
  board[mine + B.HAND] = block;
  step(B.OFFERING);
  heap.words[block >>> 2] = at; // in two hands, it would say another cell in one of them
  Atomics.store(board, at, block);
  step(B.IDLE);
}

function take(at) {
  const block = Atomics.load(board, at);
  if (block <= B.EMPTY) return;
  board[mine + B.AT] = at;
  board[mine + B.HAND] = block;
  step(B.TAKING);
  if (Atomics.compareExchange(board, at, block, B.takenBy(index)) === block) {
    if (heap.words[block >>> 2] !== at) throw new Error(`block ${block} was written by somebody else`);
    step(B.IN_FREE);
    heap.free(block);
  }
  step(B.IDLE);
}

/** Whether a cell of this thread can be used: the thread that took the block in it must have got further than that. */
function isFree(at) {
  const seen = Atomics.load(board, at);
  if (seen >= B.EMPTY) return seen === B.EMPTY;
  const taker = B.base(-1 - seen);
  return Atomics.load(board, taker + B.STEP) !== B.TAKING || board[taker + B.AT] !== at;
}

while (Atomics.load(board, B.STOP) === 0) {
  const cell = B.OFFERS + random(B.CELLS);
  const own = mine + cell;
  if (random(2) === 0) take(random(2) === 0 ? own : B.base(random(threads)) + cell);
  else if (isFree(own)) {
    Atomics.store(board, own, B.EMPTY);
    offer(own);
  }
  board[mine + B.DONE]++;
}
if (detach) heap.detach();
