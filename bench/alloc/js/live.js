/** live <allocator> <blocks>: what an operation costs beside that many live blocks of 64 bytes. */
import { attachAllocator, createAllocator } from './allocators.js';
import { answer, fastest } from './measure.js';

/** Blocks allocated and freed in one sample, at least. */
const SAMPLE = 1_000_000;
const SAMPLES = 5;

const blocks = Number(process.argv[3]);
const { heap } = attachAllocator(createAllocator(process.argv[2]));
const addresses = new Uint32Array(blocks);

function allocate() {
  for (let i = 0; i < blocks; i++) addresses[i] = heap.malloc(64);
}

function release() {
  for (let i = 0; i < blocks; i++) heap.free(addresses[i]);
}

function pairs(count) {
  for (let i = 0; i < count; i++) heap.free(heap.malloc(64));
}

/** Nanoseconds for each of the calls of malloc() and of free() that fill the addresses and empty them. */
function sample() {
  const rounds = Math.ceil(SAMPLE / blocks);
  let [malloc, free] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    allocate();
    const full = performance.now();
    release();
    malloc += full - begun;
    free += performance.now() - full;
  }
  return { malloc: (malloc * 1e6) / blocks / rounds, free: (free * 1e6) / blocks / rounds };
}

sample(); // compiles, and touches the memory for the first time
const samples = Array.from({ length: SAMPLES }, sample);
allocate();
const pair = fastest(pairs, 1_000_000, SAMPLES);
const [malloc, free] = ['malloc', 'free'].map((call) => Math.min(...samples.map((each) => each[call])));
answer({ pair: { ns: pair }, operation: { ns: (malloc + free) / 2 } });
