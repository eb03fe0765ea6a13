/** Lanes: never more at a time than there are, in order, and a failure gives its lane up. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Lanes } from '../src/lanes.ts';

test.each([1, 2, 3])('%i at a time, in the order in which they came', async (count) => {
  const lanes = new Lanes(count);
  const begun: number[] = [];
  let [now, most] = [0, 0];
  const work = (i: number) => async (): Promise<number> => {
    begun.push(i);
    most = Math.max(most, ++now);
    for (let turn = 0; turn < 1 + ((i * 7) % 3); turn++) await nextTurn();
    now--;
    return i;
  };
  const numbers = Array.from({ length: 10 }, (_, i) => i);
  expect(await Promise.all(numbers.map((i) => lanes.through(work(i))))).toEqual(numbers);
  expect(begun).toEqual(numbers);
  expect(most).toBe(count);
});

test('what fails gives its lane up', async () => {
  const lanes = new Lanes(1);
  const fails = lanes.through(async () => {
    throw new Error('no');
  });
  const waits = lanes.through(async () => 'next');
  await expect(fails).rejects.toThrow('no');
  expect(await waits).toBe('next');
  expect(await lanes.through(async () => 'later')).toBe('later');
});
