/**
 * The long exploration: every example, every strategy, as long as you like. `node bench/long.mjs [seconds per exploration]`.
 * Ends with code 1 if a correct example fails, or a broken one does not.
 */
import { explore, loadScenarios } from '@sharena/interleave';

const seconds = Number(process.argv[2] ?? 30);
const broken = new Set(['constantWord', 'constantBarrier', 'edgeTriggered', 'checkedLock']);
const crashes = { dyingOwner: 2, dyingRecoverer: 2 };
let wrong = 0;

for (const name of ['futex-mutex', 'conditions', 'semaphores', 'barrier', 'spin-locks', 'mpsc-list', 'robust-lock']) {
  const file = await loadScenarios(new URL(`../examples/${name}.scenario.ts`, import.meta.url));
  for (const scenario of file.scenarios) {
    for (const strategy of ['exhaustive', 'random', 'pct', 'urw']) {
      const result = explore(scenario, { strategy, time: seconds * 1000, crashes: crashes[scenario.exportName] ?? 0, seed: Date.now() & 0xffffff });
      console.log(result.summary);
      const isAsExpected = (result.failure !== null) === broken.has(scenario.exportName);
      if (isAsExpected) continue;
      wrong++;
      console.log(result.failure?.report ?? `${scenario.name} was expected to fail`);
    }
  }
}
process.exitCode = wrong === 0 ? 0 : 1;
