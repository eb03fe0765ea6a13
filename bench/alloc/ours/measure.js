/** How a loop of one thread is timed, and how a program hands its result to the runner. As in native/bench.h. */

/** Milliseconds in which the loop is compiled and the caches fill. */
const WARM_UP = 400;

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
  for (let i = 0; i < repetitions; i++) {
    const begun = performance.now();
    run(count);
    least = Math.min(least, performance.now() - begun);
  }
  return (least * 1e6) / count;
}

/** Prints what was measured: numbers by name. */
export function answer(numbers) {
  console.log(JSON.stringify(numbers));
}
