/** Images: taken from the cache, handed over to another thread, and taken by many threads at once. */
import { runNode, together } from '../run/program.js';

const program = (name) => new URL(`./${name}.js`, import.meta.url);

/** @param {import('../run/suite-run.js').SuiteRun} run */
export async function images(run) {
  const allocate = together(
    () => runNode(program('allocate')),
    ['image of a warm cache', 'the same, all pixels 0', 'SharedArrayBuffer, touched once'],
  );
  await run.group('24 megapixels of RGBA, allocated and freed', marked(allocate), { rounds: run.rounds(9, 5) });
  const handOver = together(() => runNode(program('hand-over')), ['reference', 'transfer', 'structured clone']);
  await run.group('24 megapixels of RGBA, to a worker and back', marked(handOver), { rounds: run.rounds(9, 5) });
  const threads = run.quick ? [1, 2, 4] : [1, 2, 4, 8];
  const contention = threads.map((threads) => ({
    name: 'image of the cache',
    threads,
    run: () => runNode(program('contention'), threads, run.quick ? 100 : 300),
  }));
  await run.group('images of a megabyte, taken and dropped', contention, { rounds: run.rounds(7, 5) });
}

/** The last ones have nothing of ours in them. */
function marked(cases) {
  return cases.map((each) => ({ ...each, isControl: /Buffer|transfer|clone/.test(each.name) }));
}
