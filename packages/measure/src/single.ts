/** Cases of one thread, timed by tinybench. */
import { Bench } from 'tinybench';

/** Something short. Its loop is its own: from outside of the function V8 sees one call, not a million. */
export interface Batch {
  /** The name. */
  readonly name: string;
  /** Does its operation so often. */
  readonly run: (times: number) => void;
}

/** Settings of {@link timeBatches}. */
export interface BatchOptions {
  /** Operations of one sample. The clock takes some 40 ns: with 1000 operations it is lost in what they take. */
  readonly times?: number;
  /** Milliseconds for each case; 50 unless given. */
  readonly time?: number;
  /** Milliseconds before, in which it is compiled; 50 unless given. */
  readonly warmUp?: number;
}

/**
 * Times operations that are too short to be timed one by one: tinybench times calls of `times` operations each.
 *
 * @returns nanoseconds for each operation, by name: the lower quartile of the samples, since what disturbs a loop only adds to it
 * @throws Error when a case throws
 *
 * @example
 * ```ts
 * import { timeBatches } from '@sharena/measure';
 *
 * const words = new Int32Array(new SharedArrayBuffer(4));
 * const { add } = timeBatches([
 *   {
 *     name: 'add',
 *     run(times) {
 *       for (let i = 0; i < times; i++) Atomics.add(words, 0, 1);
 *     },
 *   },
 * ]);
 * ```
 */
export function timeBatches(
  batches: readonly Batch[],
  { times = 1000, time = 50, warmUp = 50 }: BatchOptions = {},
): Record<string, number> {
  const bench = new Bench({
    time,
    warmupTime: warmUp,
    iterations: 8,
    warmupIterations: 8,
    throws: true,
    retainSamples: true,
  });
  for (const { name, run } of batches) bench.add(name, () => run(times), { async: false });
  const results: Record<string, number> = {};
  for (const { name, result } of bench.runSync()) {
    if (result.state !== 'completed') throw new Error(`${name}: it was not timed, its state is ${result.state}`);
    const sorted = result.latency.samples!;
    results[name] = (sorted[sorted.length >> 2]! * 1e6) / times;
  }
  return results;
}
