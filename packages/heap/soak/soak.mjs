/**
 * The soak: threads that allocate, offer each other blocks, free and are terminated at random. At the end the invariants hold,
 * no block was in two hands, nothing is lost but what was in the hands of a thread that died, and the memory comes back.
 *
 *   node soak/soak.mjs [operations] [threads]
 */
import { once } from 'node:events';
import { setTimeout as after } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { base, CELL, CELLS, DONE, EMPTY, FIRST, HAND, OFFERS, STOP, TAKEN, THREAD_WORDS } from './board.mjs';

/**
 * Runs the soak.
 *
 * @param {{ operations: number, threads?: number, every?: number }} options - how much, by how many threads, and how many
 *   milliseconds there are between two deaths
 */
export async function soak({ operations, threads = 8, every = 40 }) {
  const heap = SharedHeap.create({ reserve: '1GiB' });
  const board = new Int32Array(new SharedArrayBuffer(4 * (FIRST + threads * THREAD_WORDS)));
  const workers = [];
  const failures = [];
  let deaths = 0;
  let recovered = 0;

  function start(index) {
    const data = {
      handle: heap.handle,
      board,
      index,
      threads,
      seed: (index + 1) * 7919 + deaths * 104729,
      detach: index % 2,
    };
    const worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData: data });
    heap.watch(worker);
    worker.on('error', (error) => failures.push(error));
    workers[index] = worker;
  }

  /** A block that the dead thread had been given and not offered yet belongs to nobody: it is given back for it. */
  function emptyHand(index) {
    const block = board[base(index) + HAND] >>> 0;
    const offered = Atomics.load(board, base(index) + OFFERS + board[base(index) + CELL]) !== EMPTY;
    board[base(index) + HAND] = 0;
    if (block === 0 || offered) return;
    heap.free(block);
    recovered++;
  }

  const done = () => Array.from({ length: threads }, (_, i) => board[base(i) + DONE] >>> 0).reduce((a, b) => a + b);
  for (let i = 0; i < threads; i++) start(i);
  while (done() < operations && failures.length === 0) {
    await after(every);
    const index = deaths % threads;
    const exit = once(workers[index], 'exit');
    await workers[index].terminate();
    await exit;
    deaths++;
    emptyHand(index);
    start(index);
  }
  Atomics.store(board, STOP, 1);
  await Promise.all(workers.map((worker) => worker.threadId > 0 && once(worker, 'exit')));
  if (failures.length > 0) throw failures[0];

  for (let i = 0; i < threads; i++) {
    for (let cell = 0; cell < CELLS; cell++) {
      const block = board[base(i) + OFFERS + cell];
      if (block !== EMPTY && block !== TAKEN) heap.free(block >>> 0);
    }
  }
  heap.trim();
  heap.checkInvariants();
  const result = { operations: done(), deaths, recovered, stats: heap.stats() };
  heap.detach();
  return { ...result, usedBytes: heap.stats().usedBytes };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const operations = Number(process.argv[2] ?? 20_000_000);
  const { stats, usedBytes, ...counts } = await soak({ operations, threads: Number(process.argv[3] ?? 8) });
  const { threads, abandonedSlots } = stats;
  console.log({
    ...counts,
    threads,
    abandonedSlots,
    usedBytes,
    peakBytes: stats.peakBytes,
    remoteFrees: stats.objects.remoteFrees,
  });
}
