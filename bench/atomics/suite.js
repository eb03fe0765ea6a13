/** What shared memory itself costs: the bottom line under every lock and allocator. Nothing of ours takes part. */
import { runCrew } from '@sharena/measure';
import { runNode, together } from '../run/program.js';
import { GROUPS } from './primitives.js';

const members = new URL('./members.js', import.meta.url);

/** @param {import('../run/suite-run.js').SuiteRun} run */
export async function atomics(run) {
  const program = new URL('./primitives.js', import.meta.url);
  for (const [group, cases] of Object.entries(GROUPS)) {
    const measure = () => runNode(program, group, run.quick ? 20 : 60);
    await run.group(group, together(measure, Object.keys(cases), { isControl: true }));
  }
  await run.group('add to a word, many threads', lines(run, 'add'));
  await run.group('plain store to a word, many threads', lines(run, 'store'));
  await run.group('two threads by turns, a round trip', [
    turns(run, 'asleep: wait and notify'),
    turns(run, 'awake: spinning'),
  ]);
}

/** A word for each thread on a line of its own, all words on one line, one word for all. */
function lines(run, operation) {
  const places = { 'each its own line': 64, 'one line, false sharing': 1 };
  if (operation === 'add') places['one word'] = 0;
  return Object.entries(places).flatMap(([name, stride]) =>
    run.threads.map((threads) => ({
      name,
      threads,
      isControl: true,
      run: () => crew(run, operation, threads, { stride }),
    })),
  );
}

function turns(run, name) {
  const isAsleep = name.startsWith('asleep');
  return { name, threads: 2, isControl: true, run: () => crew(run, 'turns', 2, { isAsleep }) };
}

async function crew(run, name, threads, settings) {
  const words = new Int32Array(new SharedArrayBuffer(65_536));
  const times = { warmUp: run.quick ? 30 : 60, time: run.quick ? 60 : 200 };
  const { perSecond, fairness } = await runCrew({
    module: members,
    name,
    threads,
    data: { words, ...settings },
    ...times,
  });
  return { perSecond, ...(name !== 'turns' && threads > 1 ? { fairness } : {}) };
}
