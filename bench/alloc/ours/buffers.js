/** buffers: a block of 64 bytes, allocated and freed, against buffers of the garbage collector. */
import { SharedHeap } from '@sharena/heap';
import { Bench } from 'tinybench';
import { answer } from './measure.js';

/** Operations in one sample: reading the clock costs more than one of them. */
const BATCH = 1000;

const heap = SharedHeap.create();
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

const bench = new Bench({ time: 100, warmupTime: 50 });
bench.add(
  'block',
  batched(() => heap.free(heap.malloc(64))),
);
bench.add(
  'array',
  batched(() => new Uint8Array(64)),
);
bench.add(
  'shared',
  batched(() => new SharedArrayBuffer(64)),
);
await bench.run();
answer(Object.fromEntries(bench.tasks.map(({ name, result }) => [name, result.latency.p50 * 1e6])));
