/** Races that lose wake-ups in simpler algorithms, in a short form; `npm run soak` runs them at full length. */
import { expect, test } from 'vitest';
import * as races from './workers/scenes.js';

const SECOND = 1000;

test('two threads take turns over a condition, 30,000 rounds', { timeout: 40 * SECOND }, async () => {
  await races.pingPong(30_000, 30 * SECOND);
});

test('and over a placed condition', { timeout: 40 * SECOND }, async () => {
  await races.placedPingPong(30_000, 30 * SECOND);
});

test.each([2, 4, 8])('%i threads pass a barrier 1,000 times', { timeout: 40 * SECOND }, async (threads) => {
  await races.barrier(threads, 1000, 30 * SECOND);
});

test.each([2, 4, 8])('%i threads pass a placed barrier 1,000 times', { timeout: 40 * SECOND }, async (threads) => {
  await races.placedBarrier(threads, 1000, 30 * SECOND);
});

test('two posts wake two waiters, in 200 of 200 rounds', { timeout: 40 * SECOND }, async () => {
  expect(await races.twoPosts(200, 30 * SECOND)).toBe(200);
});

test.each(['Mutex', 'RWLock', 'Semaphore', 'staticMutex', 'staticSpinLock'])(
  '%s: 30 owners are terminated, and the next one goes on',
  {
    timeout: 60 * SECOND,
  },
  async (kind) => {
    const { died } = await races.terminateOwners(kind, 30, 50 * SECOND);
    expect(died).toBe(30);
  },
);

test('30 senders are terminated, and the channel goes on', { timeout: 60 * SECOND }, async () => {
  await races.terminateSenders(30, 50 * SECOND);
});

test('three senders, two receivers, a channel of 4: all words arrive once', { timeout: 40 * SECOND }, async () => {
  await races.channel(5000, 30 * SECOND);
});

test('readers never see what a writer has half written', { timeout: 40 * SECOND }, async () => {
  await races.readersAndWriters(2000, 30 * SECOND);
});

test('permits of all sizes, never more than there are', { timeout: 40 * SECOND }, async () => {
  await races.permits(1000, 30 * SECOND);
});

test('an event starts threads, a latch and a wait group see them end', { timeout: 30 * SECOND }, async () => {
  await races.startTogether(20 * SECOND);
});

test('a worker that only awaits a mutex stays alive and gets it', { timeout: 30 * SECOND }, async () => {
  await races.awaitedMutex(20 * SECOND);
});
