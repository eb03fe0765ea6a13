// A process that tells what became of memory of the C library: `c-memory-process.js <does>` prints one number.
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { keepLittle, keepMore, shareArenas } from '../../dist/c-memory.js';

const library = createRequire(import.meta.url)('koffi').load(null);
const malloc = library.func('uintptr_t malloc(size_t size)');
const free = library.func('void free(uintptr_t address)');
const memset = library.func('uintptr_t memset(uintptr_t address, int value, size_t size)');

const MIB = 2 ** 20;
const THREADS = 8;
/** Bytes of an arena's mapping, at a multiple of as many. */
const ARENA = 2 ** 26;

/** Takes, writes and frees blocks. @returns MiB by which the resident set has grown */
function growthBy(bytes, count = 1) {
  const before = process.memoryUsage.rss();
  const addresses = Array.from({ length: count }, () => malloc(bytes));
  for (const address of addresses) memset(address, 1, bytes);
  for (const address of addresses) free(address);
  return Math.round((process.memoryUsage.rss() - before) / MIB);
}

/** How many arenas threads that live at the same time take their memory from. */
async function arenas() {
  const workers = Array.from({ length: THREADS }, () => new Worker(new URL(import.meta.url)));
  const addresses = await Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0]));
  await Promise.all(workers.map((worker) => worker.terminate()));
  return new Set(addresses.map((address) => Math.floor(address / ARENA))).size;
}

const ANSWERS = {
  'keeps an end': () => growthInAnArena(),
  'keeps little': () => growthInAnArena(keepLittle),
  'keeps more again': () =>
    growthInAnArena(() => {
      keepLittle();
      keepMore();
    }),
  'gives back blocks': () => growthByBlocks(),
  'keeps blocks': () => growthByBlocks(keepMore),
  'has arenas': () => arenas(),
  'shares arenas': () => {
    shareArenas(2);
    return arenas();
  },
};

/** A block that is a mapping of its own first: once it is freed, smaller ones lie in an arena, and its end is kept. */
function growthInAnArena(settle = () => {}) {
  growthBy(24 * MIB);
  settle();
  return growthBy(20 * MIB);
}

/** Blocks at the end of an arena, if they lie in one: together less than what is kept then. */
function growthByBlocks(settle = () => {}) {
  settle();
  return growthBy(3 * MIB, 2);
}

if (isMainThread) console.log(await ANSWERS[process.argv[2]]());
else parentPort.postMessage(Number(malloc(1024)));
