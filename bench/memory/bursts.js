/**
 * bursts <off|immediate|delay> <bytes> <bursts>: allocates so many bytes in blocks of all kinds, writes every page, frees them, and rests;
 * again and again. What the resident set is over time says whether memory goes back to the system under that purge policy.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SharedHeap } from '@sharena/heap';
import { answer } from '../run/program.js';

const DELAY = 50;
/** Milliseconds between bursts. */
const REST = 150;
const POLICIES = { off: 'off', immediate: 'immediate', delay: { delay: DELAY } };
const SIZES = [16 * 2 ** 20, 100_000, 2 ** 20, ...Array(1000).fill(400)];

const [policy, ...numbers] = process.argv.slice(2);
const [bytes, bursts] = numbers.map(Number);
const heap = SharedHeap.create({ purge: POLICIES[policy] });
/** Where the blocks are. A list that grows would be counted, too. */
const blocks = new Float64Array(100_000).fill(0);
const points = [];
const begun = performance.now();
const resident = () => {
  const value = process.memoryUsage.rss();
  points.push([(performance.now() - begun) / 1000, value]);
  return value;
};

function use(total) {
  let length = 0;
  for (let taken = 0; taken < total; ) {
    const size = Math.min(SIZES[length % SIZES.length], total - taken);
    const address = heap.malloc(size);
    heap.bytes.fill(1, address, address + size);
    blocks[length++] = address;
    taken += size;
    if (length % 2000 === 0) resident();
  }
  resident();
  for (let i = 0; i < length; i++) heap.free(blocks[i]);
  heap.trim();
}

async function rest() {
  resident();
  for (let i = 0; i < 5; i++) {
    await sleep(REST / 5);
    resident();
  }
}

use(16 * 2 ** 20); // the code is compiled, the tables are touched
await rest();
const before = resident();
for (let i = 0; i < bursts; i++) {
  use(bytes);
  await rest();
}
const after = resident();
answer({
  bytes: after,
  part: after / before,
  series: [{ metric: 'resident set', unit: 'B', along: 'seconds', points }],
});
