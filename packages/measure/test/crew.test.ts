/** Crews: all start, are counted, and come to their end, whatever a member does. Nothing here asserts how long something takes. */

import { type CrewOptions, runCrew } from '@sharena/measure';
import { expect, test } from 'vitest';

const module = new URL('./workers/members.js', import.meta.url);
const newWords = () => new Int32Array(new SharedArrayBuffer(12));
const crew = (options: Omit<CrewOptions<unknown>, 'module'>) =>
  runCrew({ module, warmUp: 10, time: 150, deadline: 20_000, ...options });

test('operations of all threads are counted, those of the warm-up are not', async () => {
  const words = newWords();
  const result = await crew({ name: 'counter', threads: 3, data: { words } });
  const counted = result.operations.reduce((sum, each) => sum + each, 0);
  expect(result.operations).toHaveLength(3);
  expect(counted).toBeGreaterThan(0);
  expect(words[0]).toBeGreaterThan(counted);
  expect(words[1]).toBe(3);
  expect([...result.answers].sort()).toEqual([0, 1, 2]);
  expect(result.perSecond).toBeGreaterThan(0);
  expect(result.processor).toBeGreaterThan(0);
  expect(result.resident).toBeGreaterThan(1e6);
  expect(result.residents.at(-1)![0]).toBeGreaterThanOrEqual(30);
  expect(result.latency).toBeUndefined();
});

test('a fixed number of steps is done exactly', async () => {
  const words = newWords();
  const { operations, fairness } = await crew({ name: 'counter', threads: 2, data: { words }, steps: 50, warmUp: 0 });
  expect(operations).toEqual([5000, 5000]);
  expect(fairness).toBe(1);
});

test('single operations are timed behind the others', async () => {
  const { latency } = await crew({ name: 'timed', threads: 2, data: { words: newWords() }, latency: 300 });
  expect(latency!.count).toBeGreaterThan(0);
  expect(latency!.p50).toBeLessThanOrEqual(latency!.p99);
  expect(latency!.p999).toBeLessThanOrEqual(latency!.max);
});

test('threads that wait for each other come to their end', async () => {
  const { operations } = await crew({ name: 'turns', threads: 2, data: { words: newWords() } });
  expect(Math.abs(operations[0]! - operations[1]!)).toBeLessThanOrEqual(1);
});

test('fairness is the least share by the greatest', async () => {
  const { operations, fairness } = await crew({ name: 'greedy', threads: 2, steps: 10 });
  expect(operations).toEqual([10, 40]);
  expect(fairness).toBe(0.25);
});

test('what threads did one after the other is not counted as done at the same time', async () => {
  const { elapsed, operations, perSecond } = await crew({ name: 'relay', threads: 2, data: { words: newWords() } });
  expect(operations[1]).toBe(1);
  expect(elapsed).toBeGreaterThan(39); // a bound from below, of a step of 20 ms of each
  expect(perSecond).toBeCloseTo(((operations[0]! + 1) / elapsed) * 1000);
});

test('what a member throws ends the run', async () => {
  await expect(crew({ name: 'thrower', threads: 2, time: 10_000 })).rejects.toThrow('member 1 has had enough');
});

test('a member that never comes back is ended at the deadline', async () => {
  await expect(crew({ name: 'sleeper', threads: 1, deadline: 500 })).rejects.toThrow(
    /deadline: the crew of .* within 500 ms/,
  );
});

test('a module without the function, and a wrong number of threads, are refused', async () => {
  await expect(crew({ name: 'nobody', threads: 1 })).rejects.toThrow('exports no function nobody');
  await expect(crew({ threads: 0 })).rejects.toThrow('threads: 0 is not a whole number from 1 to 1024');
});
