/** Random replacement: 1000 slots, blocks of 1 to 512 bytes. Times include the loop, which is measured alone too. */
import { ratios } from '../bench.js';

/** @param {import('../bench.js').Bench} bench */
export function slots(bench) {
  bench.title('Random replacement over 1000 slots, 1 to 512 bytes');
  const variants = { classic8: ['classic8'], modern: ['modern'] };
  const measured = bench.measure('slots', [200_000, 100], { variants });
  bench.table('a replacement', measured, 'ns', 'ns');
  bench.table('the loop without allocation', measured, 'bare', 'ns');
  for (const geometry of Object.keys(variants)) {
    const ours = measured.samples(`ours, ${geometry}`, 'ns');
    bench.ratio(`ours, ${geometry}, to glibc`, ratios(ours, measured.samples('glibc', 'ns')), '<= 0.7');
    bench.ratio(`ours, ${geometry}, to mimalloc`, ratios(ours, measured.samples('mimalloc', 'ns')), '<= 1.2');
  }
}
