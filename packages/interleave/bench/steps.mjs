/** Prints how many steps a second each strategy makes, and how many states an exhaustive search visits. Build first. */
import { explore, loadScenarios } from '@sharena/interleave';

const example = (name) => new URL(`../examples/${name}.scenario.ts`, import.meta.url);
const cases = [
  ['futex-mutex', 'twoRounds', 0],
  ['barrier', 'countingBarrier', 0],
  ['robust-lock', 'dyingRecoverer', 1],
  ['robust-lock', 'threeOwners', 0],
  ['mpsc-list', 'pushAndTake', 0],
];
const milliseconds = Number(process.argv[2] ?? 2000);

for (const [file, name, crashes] of cases) {
  const scenario = (await loadScenarios(example(file))).get(name);
  for (const strategy of ['random', 'pct', 'urw', 'exhaustive']) {
    for (const races of [true, false]) {
      const result = explore(scenario, { strategy, crashes, races, time: milliseconds });
      const perSecond = (count) => Math.round((count / result.milliseconds) * 1000).toLocaleString('en');
      const states = strategy === 'exhaustive' ? `, ${perSecond(result.states)} states/s (${result.states}, ${result.complete ? 'complete' : 'cut off'})` : '';
      console.log(`${name} ${strategy}${races ? '' : ', races not looked for'}: ${perSecond(result.steps)} steps/s${states}`);
    }
  }
}
