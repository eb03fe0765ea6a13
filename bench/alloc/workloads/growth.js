/** Whether memory grows over threads that allocate, exchange and die. */
import { ratios } from '../bench.js';

/** @param {import('../bench.js').Bench} bench */
export function growth(bench) {
  const rounds = bench.quick ? 50 : 1000;
  bench.title(`Growth over ${rounds} rounds of threads that allocate, exchange and die`);
  const measured = bench.measure('growth', [rounds], { onlyOurs: true, rounds: 1 });
  for (const [number, what, goal] of [
    ['used', 'bytes in spans', '<= 1.1'],
    ['resident', 'resident set', '<= 1.25'],
  ]) {
    const marks = Array.from({ length: 10 }, (_, i) => measured.samples('ours', `${number}${((i + 1) * rounds) / 10}`));
    bench.series(`${what} after each tenth of them`, marks.flat(), 'MiB');
    bench.ratio('last to first', ratios(marks[9], marks[0]), goal);
  }
}
