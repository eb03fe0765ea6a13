/** The histogram against the sorted list of what was recorded. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LatencyHistogram } from '../src/histogram.ts';

const times = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 100 }),
    fc.integer({ min: 0, max: 2 ** 31 }),
    fc.integer({ min: 0, max: 2 ** 42 - 1 }),
  ),
  { minLength: 1, maxLength: 200 },
);

function filled(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

/** The value that a part of the sorted ones reaches. */
function exact(values: readonly number[], part: number): number {
  return [...values].sort((a, b) => a - b)[Math.ceil(values.length * part) - 1]!;
}

test('quantiles are right to a part in 32, never below, and the longest is exact', () => {
  fc.assert(
    fc.property(times, (values) => {
      const { count, p50, p99, p999, max } = filled(values).summary();
      expect(count).toBe(values.length);
      expect(max).toBe(Math.max(...values));
      for (const [got, part] of [
        [p50, 0.5],
        [p99, 0.99],
        [p999, 0.999],
      ] as const) {
        expect(got).toBeGreaterThanOrEqual(exact(values, part));
        expect(got).toBeLessThanOrEqual(exact(values, part) * (1 + 1 / 32));
      }
    }),
  );
});

test('two added are as one that recorded all', () => {
  fc.assert(
    fc.property(times, times, (one, other) => {
      const sum = filled(one);
      sum.add(filled(other));
      expect(sum.summary()).toEqual(filled([...one, ...other]).summary());
    }),
  );
});

test('buckets rise and hold every value', () => {
  const ends = filled(Array.from({ length: 43 }, (_, power) => 2 ** power - 1)).summary().buckets;
  expect(ends.map(([end]) => end)).toEqual([...ends.map(([end]) => end)].sort((a, b) => a - b));
  expect(ends.reduce((sum, [, count]) => sum + count, 0)).toBe(43);
  expect(ends.at(-1)![0]).toBe(2 ** 42 - 1);
});

test('what takes more than an hour counts as the longest there is', () => {
  expect(filled([2 ** 50]).summary().max).toBe(2 ** 42 - 1);
});

test('nothing recorded', () => {
  expect(new LatencyHistogram().summary()).toEqual({ count: 0, p50: 0, p99: 0, p999: 0, max: 0, buckets: [] });
});

test('the words of something else are refused', () => {
  expect(() => new LatencyHistogram(new Uint32Array(3))).toThrow('words: a histogram has 1218, not 3');
});
