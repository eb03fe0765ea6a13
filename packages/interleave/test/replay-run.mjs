/** Runs the replay strings that it is given, then finds failures; prints everything. The test compares what more than one version of Node prints. */
import { explore, loadScenarios, replay } from '@sharena/interleave';

const example = (name) => new URL(`../examples/${name}.scenario.ts`, import.meta.url);

const conditions = await loadScenarios(example('conditions'));
const barrier = await loadScenarios(example('barrier'));
const locks = await loadScenarios(example('spin-locks'));
for (const text of process.argv.slice(2)) {
  const name = text.split(':')[1];
  const file = [conditions, barrier, locks].find(({ scenarios }) =>
    scenarios.some(({ exportName }) => exportName === name),
  );
  console.log(replay(file.get(name), text).failure?.report);
}
console.log('found');
const found = [
  explore(conditions.get('constantWord')),
  explore(barrier.get('constantBarrier'), { strategy: 'pct', seed: 3, runs: 5000 }),
  explore(barrier.get('constantBarrier'), { strategy: 'urw', seed: 4, runs: 5000 }),
  explore(locks.get('checkedLock'), { strategy: 'random', seed: 5, runs: 5000 }),
  explore(locks.get('spinLock'), { crashes: 1 }),
];
for (const { failure, schedules } of found) console.log(`${schedules}\n${failure?.report}\n`);
