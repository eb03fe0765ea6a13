/** Images: taken from the cache, handed over to another thread, and taken by many threads at once. */
import { runNode, together } from '../run/program.js';

const program = (name) => new URL(`./${name}.js`, import.meta.url);

/** @param {import('../run/suite-run.js').SuiteRun} run */
export async function images(run) {
  const allocate = together(
    () => runNode(program('allocate')),
    ['image of a warm cache', 'the same, all pixels 0', 'SharedArrayBuffer, touched once'],
  );
  await run.group('24 megapixels of RGBA, allocated and freed', marked(allocate), { rounds: run.rounds(5) });
  const handOver = together(() => runNode(program('hand-over')), ['reference', 'transfer', 'structured clone']);
  await run.group('24 megapixels of RGBA, to a worker and back', marked(handOver), { rounds: run.rounds(5) });
  const threads = run.quick ? [1, 2, 4] : [1, 2, 4, 8];
  const contention = threads.map((threads) => ({
    name: 'image of the cache',
    threads,
    run: () => runNode(program('contention'), threads, run.quick ? 100 : 300),
  }));
  await run.group('images of a megabyte, taken and dropped', contention, { rounds: run.rounds(5, 3) });
  if (!run.quick) await rectangles(run);
}

/** Rectangles that are copied and filled: ours and the methods of typed arrays, all in one process. */
async function rectangles(run) {
  const rows = ['set of a view, row by row', 'copyWithin, row by row'];
  const groups = {
    copied: (size) => [`${size} pixels of 3 bytes, copied from an odd place`, rows],
    same: (size) => [`${size} pixels, all bytes the same`, ['fill of a view, row by row']],
    different: (size) => [`${size} pixels, of three values`, ['pixel by pixel']],
  };
  const all = ['1900 x 1400', '100 x 1400'].flatMap((size) => Object.values(groups).map((group) => group(size)));
  if (!all.some(([title]) => run.wants(title))) return;
  const rounds = run.rounds(5);
  const answers = [];
  for (let round = 0; round < rounds; round++) answers.push(await runNode(program('pixels')));
  for (const [title, others] of all) {
    const cases = ['sharena', ...others].map((name) => {
      let round = 0;
      return { name, isControl: name !== 'sharena', run: () => answers[round++][title][name] };
    });
    await run.group(title, cases, { rounds });
  }
}

/** The last ones have nothing of ours in them. */
function marked(cases) {
  return cases.map((each) => ({ ...each, isControl: /Buffer|transfer|clone/.test(each.name) }));
}
