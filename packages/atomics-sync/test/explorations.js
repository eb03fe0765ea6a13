/** Which explorations there are, how a test runs them in a short time, and how the soak runs them to their end. */

import { fileURLToPath } from 'node:url';
import { explore, loadScenarios } from '@sharena/interleave';

export const files = [
  'mutex',
  'static-locks',
  'static-semaphore',
  'conditions',
  'rounds',
  'signals',
  'rw-lock',
  'semaphore',
  'channel',
  'async',
];

const path = (name) => fileURLToPath(new URL(`../src/${name}`, import.meta.url));
const smallest =
  'export const SPINS: number = 0;\nexport const LOOKS: number = 1;\nexport const READERS: number = 3;\n';

/** Sources as they are, except for what is a matter of speed. */
export const load = {
  overrides: new Map([
    [path('tuning.ts'), smallest],
    [
      path('proven.ts'),
      'export function proveShared(name: string, view: Int32Array, length: number): void { void [name, view, length]; }\n',
    ],
  ]),
};
export const scenariosOf = (name) => new URL(`./scenarios/${name}.scenario.ts`, import.meta.url);
export const sourceOf = path;

/** Scenarios in whose names somebody dies have one death to spend. */
export const crashesOf = (name) => (/dying|spinning/i.test(name) ? 1 : 0);

/**
 * Explores each scenario of a file: all states if that ends in `exhaustive` milliseconds, else random schedules as well.
 * A spin lock sleeps and looks without an end as long as nobody lets the owner run, so there is no end of its states.
 */
export async function exploreFile(name, { exhaustive, random, log = () => undefined }) {
  const { scenarios } = await loadScenarios(scenariosOf(name), load);
  const results = [];
  for (const scenario of scenarios) {
    const crashes = crashesOf(scenario.exportName);
    const all =
      scenario.exportName === 'spinning'
        ? undefined
        : explore(scenario, { crashes, time: exhaustive, states: 30_000_000 });
    if (all !== undefined) report(all);
    if (all?.complete) continue;
    for (const strategy of ['pct', 'random']) report(explore(scenario, { strategy, crashes, time: random, seed: 1 }));
  }
  return results;

  function report(result) {
    log(result.summary);
    if (result.failure !== null) throw new Error(result.failure.report);
    results.push(result);
  }
}
