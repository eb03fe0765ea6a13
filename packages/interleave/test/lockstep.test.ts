/** Real workers, real `terminate()`. These tests run the built package, as its workers do. */
import { lockstep } from '@sharena/interleave';
import { expect, test } from 'vitest';

const example = (name: string): URL => new URL(`../examples/${name}.scenario.ts`, import.meta.url);

test('correct code passes', { timeout: 60_000 }, async () => {
  for (const [file, name] of [['futex-mutex', 'twoRounds'], ['conditions', 'broadcast'], ['mpsc-list', 'pushAndTake']] as const) {
    const result = await lockstep(example(file), name, { runs: 4 });
    expect(result.failure, name).toBeNull();
    expect(result.steps).toBeGreaterThan(30);
  }
});

test('a bug found with steps is there on real threads, by the same schedule', { timeout: 60_000 }, async () => {
  // Plain accesses are no steps of real threads: the schedule counts atomic operations only.
  const lost = await lockstep(example('semaphores'), 'edgeTriggered', { schedule: 'a2b2c3a2' });
  expect(lost.failure).toMatchObject({ kind: 'deadlock', schedule: 'a2b2c3a2' });
  expect(lost.failure?.message).toContain('bob');
  const found = await lockstep(example('spin-locks'), 'checkedLock', { runs: 60 });
  expect(found.failure).not.toBeNull();
  const again = await lockstep(example('spin-locks'), 'checkedLock', { schedule: found.failure!.schedule });
  expect(again.failure).toMatchObject({ kind: found.failure!.kind, schedule: found.failure!.schedule });
});

test('threads that are terminated inside a robust lock', { timeout: 120_000 }, async () => {
  const result = await lockstep(example('robust-lock'), 'dyingOwner', { runs: 12, crashes: 1 });
  expect(result.failure).toBeNull();
  expect(result.deaths).toBeGreaterThan(2);
});
