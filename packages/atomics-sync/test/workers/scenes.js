/** The races, each with its threads, its length, its watchdog and its check. Used by the tests and by the soak. */
import assert from 'node:assert';
import {
  Barrier,
  Channel,
  Condition,
  Event,
  Latch,
  Mutex,
  RWLock,
  recover,
  Semaphore,
  WaitGroup,
} from '@sharena/atomics-sync';
import { race, startThread } from './team.js';

const words = (length) => new Int32Array(new SharedArrayBuffer(length * 4));
const times = (n, make) => Array.from({ length: n }, (_, i) => make(i));

export async function pingPong(rounds, milliseconds) {
  const [condition, mutex, shared] = [Condition.init(), Mutex.init(), words(2)];
  const tasks = times(2, (side) => ({ run: 'pingPong', condition, mutex, shared, id: side + 1, side, rounds }));
  await race(tasks, milliseconds, () => `at turn ${shared[1]}`);
  assert.equal(shared[1], 2 * rounds);
}

export async function placedPingPong(rounds, milliseconds) {
  const shared = words(4);
  await race(
    times(2, (side) => ({ run: 'placedPingPong', buffer: shared.buffer, side, rounds })),
    milliseconds,
    () => `at turn ${shared[1]}`,
  );
  assert.equal(shared[1], 2 * rounds);
}

export async function barrier(threads, passes, milliseconds) {
  const [object, shared] = [Barrier.init(threads), words(1)];
  const tasks = times(threads, (i) => ({ run: 'passBarrier', barrier: object, shared, id: i + 1, threads, passes }));
  const lasts = await race(tasks, milliseconds, () => `after ${shared[0] / threads} passes`);
  assert.equal(
    lasts.reduce((a, b) => a + b),
    passes,
  );
  assert.deepEqual([...object.barrier], [BigInt(threads), 0n, BigInt(passes)]);
}

export async function placedBarrier(threads, passes, milliseconds) {
  const [{ buffer }, shared] = [Barrier.create(threads), words(1)];
  const lasts = await race(
    times(threads, () => ({ run: 'passPlacedBarrier', buffer, shared, threads, passes })),
    milliseconds,
    () => `after ${shared[0] / threads} passes`,
  );
  assert.equal(
    lasts.reduce((a, b) => a + b),
    passes,
  );
}

/** Answers in how many rounds both went on. */
export async function twoPosts(rounds, milliseconds) {
  const [semaphore, shared] = [Semaphore.init(0), words(4)];
  const waiters = times(2, () => ({ run: 'awaitPermits', semaphore, shared, rounds }));
  const [good] = await race(
    [{ run: 'postTwice', semaphore, shared, rounds }, ...waiters],
    milliseconds,
    () => `at round ${shared[2]}`,
  );
  return good;
}

/**
 * Terminates an owner at a random moment, `deaths` times; after each, recovers, and has another thread go through the lock.
 * A fresh owner is started while the last one works, so that there is always one to terminate.
 */
export async function terminateOwners(kind, deaths, milliseconds) {
  const { buffer, recoverable } = lockOf(kind);
  const [pair, beat] = [words(2), words(1)];
  const end = performance.now() + milliseconds;
  const report = { died: 0, heldAtDeath: 0, told: 0 };
  while (report.died < deaths) {
    const victims = times(2, () => startThread({ run: 'lockForEver', kind, buffer, pair, beat }));
    await beats(beat, Math.ceil(Math.random() * 200), end);
    for (const victim of victims) {
      await victim.worker.terminate();
      report.died++;
      if (recover(victim.owner, [recoverable]) > 0) report.heldAtDeath++;
    }
    const [told] = await race(
      [{ run: 'lockAfterDeath', kind, buffer, pair, rounds: 20 }],
      Math.min(10_000, end - performance.now()),
      () => `after ${report.died} deaths: the next owner does not proceed`,
    );
    report.told += told;
  }
  return report;
}

function lockOf(kind) {
  switch (kind) {
    case 'Mutex':
      return withBuffer(Mutex.create());
    case 'RWLock':
      return withBuffer(RWLock.create());
    case 'Semaphore':
      return withBuffer(Semaphore.create(1));
    default: {
      const lock = Mutex.init();
      return { buffer: lock.buffer, recoverable: { recover: (dead) => Mutex.recover(lock, dead) } };
    }
  }
}

function withBuffer(recoverable) {
  return { buffer: recoverable.buffer, recoverable };
}

/** Waits until the threads have worked a little more. */
async function beats(beat, count, end) {
  const target = Atomics.load(beat, 0) + count;
  while (Atomics.load(beat, 0) < target) {
    if (performance.now() > end) throw new Error('the threads do not work any more');
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

export async function terminateSenders(deaths, milliseconds) {
  const channel = Channel.create(3);
  const end = performance.now() + milliseconds;
  for (let i = 0; i < deaths; i++) {
    const victim = startThread({ run: 'sendForEver', buffer: channel.buffer, from: 0 });
    const wanted = Math.ceil(Math.random() * 100);
    for (let n = 0; n < wanted; n++)
      assert.notEqual(await channel.receiveAsync({ timeout: end - performance.now() }), undefined);
    await victim.worker.terminate();
    channel.recover(victim.owner);
    while (channel.tryReceive() !== undefined);
    assert.equal(channel.trySend(1), true);
    assert.equal(channel.tryReceive(), 1);
  }
}

export async function channel(count, milliseconds) {
  const it = Channel.create(4);
  const step = 1_000_000;
  const receivers = race(
    times(2, () => ({ run: 'receiveAll', buffer: it.buffer, step })),
    milliseconds,
    () => `${it.size} words in it`,
  );
  await race(
    times(3, (i) => ({ run: 'sendRange', buffer: it.buffer, from: i * step, count })),
    milliseconds,
    () => `${it.size} words in it`,
  );
  it.close();
  const got = await receivers;
  assert.equal(got[0].count + got[1].count, 3 * count);
  assert.equal(got[0].sum + got[1].sum, 3 * step * count + (3 * count * (count - 1)) / 2);
  assert.ok(got[0].inOrder && got[1].inOrder);
}

export async function readersAndWriters(rounds, milliseconds) {
  const [{ buffer }, pair] = [RWLock.create(), words(2)];
  await race(
    times(4, (i) => ({ run: 'readAndWrite', buffer, pair, rounds, isWriter: i % 2 === 0 })),
    milliseconds,
    () => `at ${pair}`,
  );
  assert.deepEqual([...pair], [2 * rounds, 2 * rounds]);
}

export async function permits(rounds, milliseconds) {
  const [semaphore, shared] = [Semaphore.create(5), words(1)];
  await race(
    times(4, (i) => ({ run: 'acquireSome', buffer: semaphore.buffer, shared, permits: 5, rounds, seed: i + 1 })),
    milliseconds,
  );
  assert.equal(semaphore.available, 5);
}

export async function startTogether(milliseconds) {
  const [event, latch, group] = [Event.create(), Latch.create(4), WaitGroup.create()];
  group.add(4);
  const running = race(
    times(4, () => ({ run: 'startTogether', event: event.buffer, latch: latch.buffer, group: group.buffer })),
    milliseconds,
  );
  assert.equal(await latch.waitAsync({ timeout: 20 }), false);
  event.set();
  assert.equal(await latch.waitAsync({ timeout: milliseconds }), true);
  assert.equal(group.wait({ timeout: milliseconds }), true);
  assert.deepEqual(await running, [true, true, true, true]);
}

export async function awaitedMutex(milliseconds) {
  const [mutex, ready] = [Mutex.create(), words(1)];
  mutex.lock();
  const running = race([{ run: 'awaitMutex', buffer: mutex.buffer, ready }], milliseconds);
  while (Atomics.load(ready, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 200));
  mutex.unlock();
  assert.deepEqual(await running, ['acquired']);
}
