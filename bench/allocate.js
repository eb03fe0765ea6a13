/** What it costs to get a small block and give it back: the heap, against buffers of the garbage collector. */
import { SharedHeap } from '@sharena/heap';
import { Bench } from 'tinybench';
import { median, printTable } from './report.js';

/** Operations in one sample: reading the clock costs more than one of them. */
const BATCH = 1000;
const ROUNDS = 7;

const heap = SharedHeap.create({ reserve: '64MiB' });
heap.malloc(64); // keeps the pool in its ring, as a program with live blocks does

/** Times `operation` in batches, so that one iteration of the benchmark is BATCH operations. */
function batched(operation) {
  return () => {
    const begun = process.hrtime.bigint();
    for (let i = 0; i < BATCH; i++) operation();
    const overriddenDuration = Number(process.hrtime.bigint() - begun) / 1e6 / BATCH;
    return { overriddenDuration, overriddenIterationCost: overriddenDuration * BATCH };
  };
}

const cases = {
  'heap.malloc(64), heap.free()': () => heap.free(heap.malloc(64)),
  'new Uint8Array(64)': () => new Uint8Array(64),
  'new SharedArrayBuffer(64)': () => new SharedArrayBuffer(64),
};
const samples = Object.keys(cases).map((name) => ({ name, samples: [] }));
for (let round = 0; round < ROUNDS; round++) {
  const bench = new Bench({ time: 100, warmupTime: 50 });
  for (const [name, operation] of Object.entries(cases)) bench.add(name, batched(operation));
  await bench.run();
  for (const [i, task] of bench.tasks.entries()) samples[i].samples.push(task.result.latency.p50 * 1e6);
}
printTable('A block of 64 bytes, allocated and freed', samples);
if (median(samples[0].samples) <= 0) throw new Error('the clock stood still');
