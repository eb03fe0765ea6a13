/** How a loop of one thread is timed, as in native/bench.h. */
export { answer } from '../../run/program.js';

const isQuick = process.env.SHARENA_BENCH_QUICK === '1';
/** Milliseconds in which the loop is compiled and the caches fill. */
const WARM_UP = isQuick ? 150 : 400;
/** Milliseconds after which there are no more repetitions, when there were three. */
const LONG_ENOUGH = isQuick ? 150 : 800;

/**
 * Nanoseconds for each of `count` operations: the fastest repetition behind a warm-up. What disturbs a process can only add
 * to its time, so the fastest repetition is the one that tells most about the code; the runner takes medians over processes.
 *
 * @param {(count: number) => void} run does `count` operations
 * @param {number} count
 * @param {number} repetitions
 */
export function fastest(run, count, repetitions) {
  const end = performance.now() + WARM_UP;
  // Few, long calls: or V8 compiles this loop with `run` inside of it, and what is measured then is its choice of registers.
  while (performance.now() < end) run(count);
  let least = Infinity;
  const enough = performance.now() + LONG_ENOUGH;
  for (let i = 0; i < repetitions && (i < 3 || performance.now() < enough); i++) {
    const begun = performance.now();
    run(count);
    least = Math.min(least, performance.now() - begun);
  }
  return (least * 1e6) / count;
}
