/** Two threads at once: throughput of two over that of one, beside the same programs in C. */
import { ratios } from '../bench.js';

/** Milliseconds of the warm-up and of the measurement. */
function times({ quick }) {
  return quick ? [100, 150] : [200, 700];
}

function rounds({ quick }) {
  return { rounds: quick ? 1 : undefined };
}

/** @param {import('../bench.js').Bench} bench */
function scaling(bench, kind) {
  const measured = [1, 2].map((lanes) => bench.measure('threads', [kind, lanes, ...times(bench)], rounds(bench)));
  bench.table('one', measured[0], 'perSecond', 'replacements/s');
  bench.table('two', measured[1], 'perSecond', 'replacements/s');
  bench.table('one, processor time of a replacement', measured[0], 'processor', 'ns');
  bench.table('two, processor time of a replacement', measured[1], 'processor', 'ns');
  for (const name of measured[0].names) {
    const [one, two] = measured.map((each) => each.samples(name, 'perSecond'));
    bench.ratio(`two over one, ${name}`, ratios(two, one), name.startsWith('ours') ? '>= 1.8' : undefined);
    const [time, timeOfTwo] = measured.map((each) => each.samples(name, 'processor'));
    bench.ratio(
      `the same by processor time, ${name}`,
      ratios(time, timeOfTwo)?.map((ratio) => 2 * ratio),
    );
  }
}

/** @param {import('../bench.js').Bench} bench */
export function larson(bench) {
  bench.title('larson-like: 5000 slots of 8 to 1000 bytes change hands between two threads');
  scaling(bench, 'larson');
}

/** @param {import('../bench.js').Bench} bench */
export function threads(bench) {
  bench.title('glibc-thread-like: 1024 slots a thread, 4 to 32768 bytes, mostly small');
  scaling(bench, 'thread');
}

/** @param {import('../bench.js').Bench} bench */
export function xmalloc(bench) {
  bench.title('xmalloc-like: one thread allocates, another frees');
  for (const [sizes, what] of [
    ['64', '64 bytes'],
    ['mixed', '17 sizes from 8 to 2048 bytes'],
  ]) {
    const measured = bench.measure('hand-over', [sizes, ...times(bench)], rounds(bench));
    bench.table(what, measured, 'perSecond', 'blocks/s');
    bench.table(`${what}, processor time of a block`, measured, 'processor', 'ns');
    const ours = measured.samples('ours', 'perSecond');
    bench.ratio('ours to mimalloc', ratios(ours, measured.samples('mimalloc', 'perSecond')), '>= 1');
    const processor = ['ours', 'mimalloc'].map((name) => measured.samples(name, 'processor'));
    bench.ratio('processor time, ours to mimalloc', ratios(...processor));
  }
}
