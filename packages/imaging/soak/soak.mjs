/**
 * The soak: threads that make images, look at them, hand them to each other, release them, detach with some in their hands, and
 * are terminated at random. At the end the invariants hold, no image is left, every block is accounted for, and the memory is back.
 *
 *   node soak/soak.mjs [rounds] [threads]
 */
import { once } from 'node:events';
import { setTimeout as after } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore, StaleHandleError } from '@sharena/imaging';
import * as B from './board.mjs';

/**
 * Runs the soak.
 *
 * @param {{ rounds: number, threads?: number, every?: number }} options - how much, by how many threads, and how many
 *   milliseconds there are between two deaths
 */
export async function soak({ rounds, threads = 6, every = 40 }) {
  const heap = SharedHeap.create({ reserve: '1GiB' });
  const store = ImageStore.over(heap);
  store.blockSize = 65536;
  store.blocksMax = 24;
  const board = new Int32Array(new SharedArrayBuffer(4 * (B.ROUNDS + threads)));
  const workers = new Map();
  const failures = [];
  const ended = [];
  let started = 0;
  let deaths = 0;

  const done = () => board.subarray(B.ROUNDS).reduce((sum, each) => sum + each, 0);

  function start(index) {
    const data = { handle: heap.handle, board, index, seed: ++started * 7919, rounds: 20_000 };
    const worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData: data });
    const { threadId } = worker;
    heap.watch(worker);
    worker.on('error', (error) => failures.push(error));
    workers.set(index, worker);
    ended.push(
      once(worker, 'exit').then(() => {
        cleanBoard(index);
        // Nobody reads on the board for it: what it left there is dropped, too.
        store.recall(threadId);
        workers.delete(index);
        if (failures.length === 0 && done() < rounds) start(index);
      }),
    );
  }

  /** Entries that the dead thread was writing or taking are empty. A reference that it was taking over may be there still. */
  function cleanBoard(index) {
    for (let at = 0; at < B.ROUNDS; at += B.ENTRY_WORDS) {
      const state = Atomics.load(board, at);
      if (state === B.taking(index)) drop(B.read(board, at));
      if (state === B.taking(index) || state === B.writing(index)) Atomics.store(board, at, B.EMPTY);
    }
  }

  function drop(found) {
    try {
      store.takeOver({ heap: heap.handle.id, ...found }).release();
    } catch (error) {
      if (!(error instanceof StaleHandleError)) throw error;
    }
  }

  for (let index = 0; index < threads; index++) start(index);
  while (done() < rounds && failures.length === 0) {
    await after(every * (0.5 + Math.random()));
    const victim = workers.get(Math.floor(Math.random() * threads));
    if (!victim) continue;
    deaths++;
    await victim.terminate();
    store.checkInvariants();
  }
  for (const worker of [...workers.values()]) await worker.terminate();
  while (ended.length > 0) await ended.shift();
  if (failures.length > 0) throw new AggregateError(failures, 'threads failed');

  for (let at = 0; at < B.ROUNDS; at += B.ENTRY_WORDS) if (board[at] === B.FULL) drop(B.read(board, at));
  store.checkInvariants({ atRest: true });
  heap.checkInvariants({ atRest: true });
  const stats = store.stats();
  const { live } = heap.stats().images;
  store.clearCache();
  heap.trim();
  const left = heap.stats().blocks.bytes;
  const { lostBlocks } = heap.stats();
  heap.detach();
  return { rounds: done(), started, deaths, live, left, lostBlocks, ...stats };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [rounds = 5_000_000, threads = 6] = process.argv.slice(2).map(Number);
  console.log(await soak({ rounds, threads }));
}
