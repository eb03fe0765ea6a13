/** Memory over time: what is kept as sizes change, what goes back to the system after a burst, whether dead threads leave anything. */
import { javascript, native } from '../alloc/contenders.js';
import { makeFolder } from '../pipelines/folder.js';
import { runNode, runNodeFor } from '../run/program.js';

/** Milliseconds for a thousand rounds of growth, which take two minutes on one machine and four on another. */
const GROWTH_MS = 900_000;

/** @param {import('../run/suite-run.js').SuiteRun} run */
export async function memory(run) {
  const { contenders: natives, missing } = native();
  for (const line of missing) run.skip(line);
  await fragmentation(run, [javascript('sharena'), javascript('sharena modern'), ...natives]);
  const program = new URL('./bursts.js', import.meta.url);
  const bytes = run.quick ? 2 ** 28 : 2 ** 30;
  const policies = ['off', 'immediate', 'delay'].map((policy) => ({
    name: `purge ${policy}`,
    run: () => runNode(program, policy, bytes, 3),
  }));
  await run.group('bursts: what is resident afterwards', policies, { rounds: run.rounds(3, 1) });
  const growth = new URL('./growth.js', import.meta.url);
  const rounds = run.quick ? 20 : 1000;
  const cases = [{ name: 'sharena', threads: 2, run: () => runNodeFor(GROWTH_MS, growth, rounds) }];
  await run.group('growth: threads that allocate, exchange and die', cases, { rounds: 1 });
  await photographs(run);
}

/** Large photographs through a small heap. */
async function photographs(run) {
  const group = 'photographs of 24 megapixels through a heap of 512 MiB';
  if (!run.wants(group) || (run.quick && !run.only)) return;
  const folder = await makeFolder(4, [6000, 4000], { turns: true });
  try {
    const program = new URL('./photos.js', import.meta.url);
    const photos = run.quick ? 4 : 50;
    await run.group(group, [{ name: 'sharena', threads: 2, run: () => runNode(program, folder.photos, photos) }], {
      rounds: 1,
    });
  } finally {
    folder.remove();
  }
}

async function fragmentation(run, contenders) {
  const phases = run.quick ? 4 : 12;
  const cases = contenders.map((each) => ({
    name: each.name,
    isControl: each.isNative,
    run: () =>
      each.isNative
        ? each.run('fragmentation', [phases])
        : runNode(new URL('./fragmentation.js', import.meta.url), each.name, phases),
  }));
  await run.group('fragmentation: what is resident with a tenth in use', cases, { rounds: run.rounds(3, 1) });
}
