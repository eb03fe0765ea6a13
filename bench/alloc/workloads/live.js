/** Whether an operation costs the same however many blocks are live. */
import { ratios } from '../bench.js';

const WHAT = {
  pair: 'malloc(64), free() beside them',
  operation: 'allocating and freeing all, an operation',
  malloc: 'allocating all, a malloc(64)',
  free: 'freeing all, a free()',
};

/** @param {import('../bench.js').Bench} bench */
export function live(bench) {
  bench.title('Live blocks of 64 bytes');
  const counts = (bench.quick ? [3, 5, 7] : [3, 4, 5, 6, 7]).map((power) => 10 ** power);
  const rounds = bench.quick ? 1 : undefined;
  const measured = counts.map((count) => bench.measure('live', [count], { onlyOurs: true, rounds }));
  for (const number of ['pair', 'operation', 'malloc', 'free']) {
    const fewest = measured[0].samples('ours', number);
    for (const [i, count] of counts.entries()) {
      bench.table(`${WHAT[number]}, ${count} blocks`, measured[i], number, 'ns');
      const goal = number === 'pair' || number === 'operation' ? '<= 2' : undefined;
      if (i > 0) bench.ratio(`to ${counts[0]} blocks`, ratios(measured[i].samples('ours', number), fewest), goal);
    }
  }
}
