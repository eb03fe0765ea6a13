/** threads <larson|thread> <lanes> <warm-up ms> <ms>: see native/threads.c. */
import { SharedHeap } from '@sharena/heap';
import { FIRST_FREE, runTogether } from './crew.js';
import { answer } from './measure.js';

const [kind, lanes, warmUp, milliseconds] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const heap = SharedHeap.create();
const control = new Int32Array(new SharedArrayBuffer(4096));
const shared = (i) => ({ handle: heap.handle, kind, warmUp, milliseconds, seed: i + 1, turn: FIRST_FREE + i });

const data = [];
for (let i = 0; i < lanes; i++) {
  const slots = new Uint32Array(new SharedArrayBuffer(4 * 5000));
  for (const me of kind === 'larson' ? [0, 1] : [0]) data.push({ ...shared(i), slots, me });
}
const posted = await runTogether('./threads-worker.js', control, data);
let [perSecond, done] = [0, 0];
for (let i = 0; i < lanes; i++) {
  const lane = posted.filter((_, thread) => data[thread].turn === FIRST_FREE + i);
  const laneDone = lane.reduce((sum, each) => sum + each.done, 0);
  perSecond += (laneDone / Math.max(...lane.map(({ elapsed }) => elapsed))) * 1e9;
  done += laneDone;
}
answer({ perSecond, processor: Math.max(...posted.map(({ processor }) => processor)) / done });
