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
import * as B from './board.mjs';

/** Bytes of an arena and of a vector of arena objects. */
const MOST_PER_BLOCK = 5 * 65536;

/**
 * Runs the soak.
 *
 * @param {{ operations: number, threads?: number, every?: number, leastDeaths?: number }} options - how much, by how many threads, how many
 *   milliseconds there are between two deaths, and how many of them there are at least, however long it takes
 */
export async function soak({ operations, threads = 8, every = 40, leastDeaths = 0 }) {
  const heap = SharedHeap.create({ reserve: '1GiB' });
  const board = new Int32Array(new SharedArrayBuffer(4 * (B.FIRST + threads * B.THREAD_WORDS)));
  const workers = [];
  const failures = [];
  let deaths = 0;
  let recovered = 0;
  let uncertain = 0;

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

  /** A block that the dead thread had not offered, or had taken and not begun to free, is freed for it. */
  function emptyHand(index) {
    const [step, hand, at] = [B.STEP, B.HAND, B.AT].map((word) => Atomics.load(board, B.base(index) + word));
    Atomics.store(board, B.base(index) + B.STEP, B.IDLE);
    const returned = step === B.IN_MALLOC && hand !== 0;
    const unoffered = step === B.OFFERING && Atomics.load(board, at) === B.EMPTY;
    const taken = step === B.TAKING && Atomics.load(board, at) === B.takenBy(index);
    if ((step === B.IN_MALLOC && !returned) || step === B.IN_FREE) uncertain++;
    if (!returned && !unoffered && !taken) return;
    heap.free(hand);
    recovered++;
  }

  const done = () => Array.from({ length: threads }, (_, i) => board[B.base(i) + B.DONE] >>> 0).reduce((a, b) => a + b);
  for (let i = 0; i < threads; i++) start(i);
  while ((done() < operations || deaths < leastDeaths) && failures.length === 0) {
    const index = deaths % threads;
    const before = done();
    await after(every);
    // On a busy machine threads take longer to start than that: all would die before they have done anything.
    await until(() => failures.length > 0 || done() >= before + operations / 200);
    const exit = once(workers[index], 'exit');
    await workers[index].terminate();
    await exit;
    deaths++;
    emptyHand(index);
    start(index);
  }
  Atomics.store(board, B.STOP, 1);
  await Promise.all(workers.map((worker) => worker.threadId > 0 && once(worker, 'exit')));
  if (failures.length > 0) throw failures[0];

  for (let i = 0; i < threads; i++) {
    for (let cell = 0; cell < B.CELLS; cell++) {
      const block = board[B.base(i) + B.OFFERS + cell];
      if (block > B.EMPTY) heap.free(block);
    }
  }
  heap.trim();
  heap.checkInvariants();
  const stats = heap.stats();
  const lost = [...stats.objects.classes, ...stats.slabs.classes].reduce(
    (sum, { blocksInUse }) => sum + blocksInUse,
    0,
  );
  const result = { operations: done(), deaths, recovered, uncertain, lost, stats };
  heap.detach();
  const { usedBytes } = heap.stats();
  // A block that is lost keeps its arena and the vector of its slot, or its slab.
  if (lost > uncertain) throw new Error(`${lost} blocks are lost, at most ${uncertain} can be`);
  if (usedBytes > lost * MOST_PER_BLOCK) throw new Error(`${usedBytes} bytes are kept by ${lost} blocks`);
  return { ...result, usedBytes };
}

/** Waits until something holds. @throws after a minute */
async function until(holds) {
  for (const end = performance.now() + 60_000; !holds(); ) {
    if (performance.now() > end) throw new Error('the threads stand still');
    await after(1);
  }
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
