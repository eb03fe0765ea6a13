/** How much 2 and 4 threads get through one lock: ours and the algorithms of atomics-sync, alternately. Times are per lock and unlock. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { printTable } from '../report.js';

const MILLISECONDS = 200;
const ROUNDS = 7;
const CASES = [
  ['Mutex', ['ours', 'upstream']],
  ['Mutex, placed', ['ours', 'upstream']],
  ['SpinLock', ['ours', 'upstream']],
  ['Semaphore', ['ours', 'upstream']],
  ['Condition, two take turns', ['ours', 'upstream']],
];

/** Runs threads on one primitive for a while. Answers nanoseconds for each operation that was done. */
async function measure(primitive, whose, threads) {
  const shared = new Int32Array(new SharedArrayBuffer(256));
  const workers = Array.from(
    { length: threads },
    (_, i) =>
      new Worker(new URL('./contended-worker.js', import.meta.url), {
        workerData: { primitive, whose, shared, id: i + 1, threads },
      }),
  );
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const begun = process.hrtime.bigint();
  Atomics.store(shared, 32, 1);
  Atomics.notify(shared, 32);
  await new Promise((resolve) => setTimeout(resolve, MILLISECONDS));
  Atomics.store(shared, 33, 1);
  const nanoseconds = Number(process.hrtime.bigint() - begun);
  const done = Atomics.load(shared, 34);
  await Promise.all(workers.map((worker) => worker.terminate()));
  return nanoseconds / Math.max(1, done);
}

for (const [primitive, versions] of CASES) {
  for (const threads of primitive.startsWith('Condition') ? [2] : [2, 4]) {
    const measured = versions.map((whose) => ({
      name: whose === 'ours' ? 'ours' : 'atomics-sync, its algorithm',
      whose,
      samples: [],
    }));
    for (let round = 0; round < ROUNDS; round++) {
      for (const { whose, samples } of measured) samples.push(await measure(primitive, whose, threads));
    }
    printTable(`${primitive}, ${threads} threads`, measured);
  }
}
