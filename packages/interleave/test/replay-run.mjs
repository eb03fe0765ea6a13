/** Finds failures and replays them; prints everything. The test runs it on more than one version of Node and compares. */
import { explore, loadScenarios, replay } from '@sharena/interleave';

const example = (name) => new URL(`../examples/${name}.scenario.ts`, import.meta.url);
const known = process.argv.slice(2);

const conditions = await loadScenarios(example('conditions'));
const barrier = await loadScenarios(example('barrier'));
const locks = await loadScenarios(example('spin-locks'));
if (known.length > 0) {
  for (const text of known) {
    const file = [conditions, barrier, locks].find(({ scenarios }) => scenarios.some(({ exportName }) => text.split(':')[1] === exportName));
    console.log(replay(file.get(text.split(':')[1]), text).failure?.report);
  }
} else {
  const found = [
    explore(conditions.get('constantWord')),
    explore(barrier.get('constantBarrier'), { strategy: 'pct', seed: 3, runs: 5000 }),
    explore(barrier.get('constantBarrier'), { strategy: 'urw', seed: 4, runs: 5000 }),
    explore(locks.get('checkedLock'), { strategy: 'random', seed: 5, runs: 5000 }),
    explore(locks.get('spinLock'), { crashes: 1 }),
  ];
  for (const { failure, schedules } of found) console.log(`${schedules}\n${failure?.report}\n`);
}
