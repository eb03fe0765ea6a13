// What the process keeps of a gibibyte that was allocated, written and freed, under each purge policy.
//   node bench/purge.mjs [off | immediate | delay | call] [--json]
// Each policy runs in a process of its own. `call` is 'off' with a call of heap.purge().
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SharedHeap } from '@sharena/heap';

const GIB = 2 ** 30;
const DELAY = 50;
/** Where the blocks are. A list that grows would be counted, too. */
const blocks = new Float64Array(100_000).fill(0);
const POLICIES = { off: 'off', immediate: 'immediate', delay: { delay: DELAY }, call: 'off' };

/** Takes the bytes in blocks of all kinds, writes every page of them, and gives them back. Answers the RSS in between. */
function use(heap, bytes) {
  const sizes = [16 * 2 ** 20, 100_000, 2 ** 20, ...Array(1000).fill(400)];
  let length = 0;
  for (let taken = 0; taken < bytes; ) {
    const size = Math.min(sizes[length % sizes.length], bytes - taken);
    const address = heap.malloc(size);
    heap.bytes.fill(1, address, address + size);
    blocks[length++] = address;
    taken += size;
  }
  const rss = process.memoryUsage.rss();
  for (let i = 0; i < length; i++) heap.free(blocks[i]);
  heap.trim();
  return rss;
}

async function measure(name) {
  const heap = SharedHeap.create({ purge: POLICIES[name] });
  const settle = async () => {
    if (name === 'call') heap.purge();
    if (name === 'delay') await sleep(2 * DELAY);
  };
  use(heap, 64 * 2 ** 20); // the code is compiled, the tables are touched
  await settle();
  const before = process.memoryUsage.rss();
  const used = use(heap, GIB);
  await settle();
  const after = process.memoryUsage.rss();
  const { residentBytes, purgedBytes, purgeAvailable } = heap.stats().memory;
  return { before, used, after, residentBytes, purgedBytes, purgeAvailable };
}

const [name] = process.argv.slice(2).filter((argument) => argument in POLICIES);
if (name) {
  const result = await measure(name);
  const mib = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  if (process.argv.includes('--json')) console.log(JSON.stringify(result));
  else {
    const change = (((result.after - result.before) / result.before) * 100).toFixed(1);
    console.log(
      `${name.padEnd(9)}  RSS ${mib(result.before)} before, ${mib(result.used)} with 1 GiB in use, ${mib(result.after)} after (${change} %)`,
    );
    if (!result.purgeAvailable) console.log('           nothing can be given back here: not Linux, or no koffi');
  }
} else {
  for (const each of Object.keys(POLICIES)) {
    execFileSync(process.execPath, [fileURLToPath(import.meta.url), each], { stdio: 'inherit' });
  }
}
