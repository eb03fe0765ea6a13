/**
 * Locks: what one costs that nobody else wants, and how much threads get through one that all want, how long they wait for it and how
 * fairly. Ours beside a futex written by hand and the algorithms of the npm package atomics-sync, told in our own words.
 */
import { runCrew } from '@sharena/measure';
import { runNode, together } from '../run/program.js';
import { LOCKS } from './locks.js';
import { GROUPS } from './uncontended.js';

const members = new URL('./locks.js', import.meta.url);
const uncontended = new URL('./uncontended.js', import.meta.url);

/** How much a thread does while it has the lock: rounds of a generator of random numbers. */
const SECTIONS = { 'nothing inside': 0, '100 ns inside': 50, '1 us inside': 500 };

/** @param {import('../run/suite-run.js').SuiteRun} run */
export async function sync(run) {
  for (const group of Object.keys(GROUPS)) {
    const names = Object.keys(GROUPS[group]);
    const ours = names.filter((name) => !isControl(name));
    const cases = together(
      () => runNode(uncontended, group, run.quick ? 20 : 60),
      [...ours, ...names.filter(isControl)],
    );
    await run.group(
      `${group}, one thread`,
      cases.map((each) => ({ ...each, isControl: isControl(each.name) })),
    );
  }
  for (const [section, work] of Object.entries(run.quick ? { 'nothing inside': 0, '1 us inside': 500 } : SECTIONS)) {
    for (const [kind, locks] of Object.entries(LOCKS)) {
      if (work > 0 && (kind === 'turns' || (run.quick && kind !== 'mutex'))) continue;
      const cases = Object.keys(locks).flatMap((name) =>
        threadsOf(run, kind).map((threads) => ({
          name,
          threads,
          isControl: isControl(name),
          run: () => contend(run, { kind, name, work }, threads),
        })),
      );
      await run.group(`${kind}, ${section}`, cases, { rounds: run.rounds(work > 0 ? 3 : 5, 3) });
    }
  }
}

function isControl(name) {
  return name.includes('by hand') || name.startsWith('atomics-sync');
}

function threadsOf(run, kind) {
  return kind === 'turns' ? [2] : run.threads;
}

async function contend(run, settings, threads) {
  const data = { ...settings, words: new Int32Array(new SharedArrayBuffer(4096)) };
  const times = { warmUp: run.quick ? 20 : 50, time: run.quick ? 40 : 200, latency: run.quick ? 30 : 150 };
  const { perSecond, processor, fairness, latency } = await runCrew({ module: members, threads, data, ...times });
  return { perSecond, processor, ...(threads > 1 ? { fairness } : {}), latency };
}
