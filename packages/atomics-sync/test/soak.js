/**
 * The races at full length: `npm run soak`, or `npm run soak -- ping` for those whose name has "ping" in it. Each has a watchdog;
 * the first that fails ends the run with code 1.
 */
import assert from 'node:assert';
import { exploreFile, files } from './explorations.js';
import * as scenes from './workers/scenes.js';

const MINUTE = 60_000;
const [wanted = ''] = process.argv.slice(2);

const runs = {
  'ping-pong over a condition, 1,000,000 rounds': () => scenes.pingPong(1_000_000, 10 * MINUTE),
  'ping-pong over a placed condition, 1,000,000 rounds': () => scenes.placedPingPong(1_000_000, 10 * MINUTE),
  'two posts wake two waiters, 1,000 rounds': async () => {
    const good = await scenes.twoPosts(1000, 5 * MINUTE);
    assert.equal(good, 1000);
    return { good };
  },
  'channel, 3 senders of 300,000 words, 2 receivers': () => scenes.channel(300_000, 10 * MINUTE),
  'readers and writers, 200,000 rounds each': () => scenes.readersAndWriters(200_000, 10 * MINUTE),
  'permits of all sizes, 100,000 rounds each': () => scenes.permits(100_000, 10 * MINUTE),
};
for (const threads of [2, 4, 8]) {
  runs[`barrier, 100,000 passes by ${threads} threads`] = () => scenes.barrier(threads, 100_000, 15 * MINUTE);
  runs[`placed barrier, 100,000 passes by ${threads} threads`] = () =>
    scenes.placedBarrier(threads, 100_000, 15 * MINUTE);
}
for (const kind of ['Mutex', 'RWLock', 'Semaphore', 'staticMutex', 'staticSpinLock']) {
  runs[`${kind}: 1,000 owners terminated`] = () => scenes.terminateOwners(kind, 1000, 20 * MINUTE);
}
runs['channel: 1,000 senders terminated'] = () => scenes.terminateSenders(1000, 20 * MINUTE);

for (const name of files) {
  runs[`explore ${name}`] = () =>
    exploreFile(name, { exhaustive: 2 * MINUTE, random: 20_000, log: (line) => console.log(`  ${line}`) });
}

for (const [name, run] of Object.entries(runs)) {
  if (!name.includes(wanted)) continue;
  const begun = performance.now();
  const report = name.startsWith('explore') ? void (await run()) : await run();
  console.log(
    `${name}: ok, ${((performance.now() - begun) / 1000).toFixed(1)} s ${report === undefined ? '' : JSON.stringify(report)}`,
  );
}
