/** A block of 64 bytes, taken and given back at once; and blocks of medium size beside it. */
import { lowest, ratios } from '../bench.js';

/** Short repetitions, many of them: on a busy machine some then run without an interruption. */
const PAIRS = 200_000;
const REPETITIONS = 100;

/** @param {import('../bench.js').Bench} bench */
export function pair(bench) {
  bench.title('malloc(64), free()');
  const variants = { 'empty heap': [], 'one live block': ['live'] };
  const small = bench.measure('pair', [64, PAIRS, REPETITIONS], { variants });
  bench.table('a pair', small, 'ns', 'ns');
  for (const kind of Object.keys(variants)) {
    const ours = small.samples(`ours, ${kind}`, 'ns');
    const [glibc, mimalloc, jemalloc] = ['glibc', 'mimalloc', 'jemalloc'].map((name) => small.samples(name, 'ns'));
    bench.ratio(`ours, ${kind}, to glibc`, ratios(ours, glibc), '<= 0.6');
    bench.ratio(
      `ours, ${kind}, to the faster of mimalloc and jemalloc`,
      ratios(ours, lowest(mimalloc, jemalloc)),
      '<= 0.8',
    );
  }
}

/** @param {import('../bench.js').Bench} bench */
export function medium(bench) {
  bench.title('Pairs of medium size');
  const live = { variants: { '': ['live'] } };
  const small = bench.measure('pair', [64, PAIRS, REPETITIONS], { ...live, onlyOurs: true }).samples('ours', 'ns');
  for (const bytes of [1024, 16384]) {
    const measured = bench.measure('pair', [bytes, PAIRS, REPETITIONS], live);
    bench.table(`malloc(${bytes}), free()`, measured, 'ns', 'ns');
    bench.ratio(`ours to our pair of 64 bytes`, ratios(measured.samples('ours', 'ns'), small), '<= 3');
  }
}
