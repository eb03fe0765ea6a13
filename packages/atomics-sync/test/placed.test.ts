/** The placed classes, one thread at a time: what they answer, what they refuse, what they leave behind. */
import {
  Barrier,
  BrokenError,
  Channel,
  ClosedError,
  Condition,
  DeadlockError,
  Event,
  InvalidError,
  Latch,
  Mutex,
  Once,
  OutOfRangeError,
  ownerOf,
  PermissionError,
  RWLock,
  recover,
  Semaphore,
  SyncError,
  TimeoutError,
  threadOwner,
  WaitGroup,
  WouldBlockError,
} from '@sharena/atomics-sync';
import { afterEach, describe, expect, test, vi } from 'vitest';

const OTHER = 4242;
const short = { timeout: 20 };

/** The types of Node do not name WebAssembly. */
function sharedMemory(): { readonly buffer: ArrayBufferLike } {
  const { Memory } = (globalThis as any).WebAssembly;
  return new Memory({ initial: 1, maximum: 1, shared: true });
}

describe('places', () => {
  test('zeroed memory is free, and the next words are left alone', () => {
    const { buffer } = sharedMemory();
    const mutex = Mutex.at(buffer, 64);
    mutex.lock();
    expect([...new Int32Array(buffer)].flatMap((word, i) => (word === 0 ? [] : [i * 4]))).toEqual([64]);
    expect(Mutex.at(buffer, 64, { owner: OTHER }).tryLock()).toBe(false);
    mutex.unlock();
  });

  test('are checked', () => {
    const buffer = new SharedArrayBuffer(16);
    expect(() => Mutex.at(new ArrayBuffer(16), 0)).toThrow(InvalidError);
    expect(() => Mutex.at(buffer, 2)).toThrow(InvalidError);
    expect(() => Mutex.at(buffer, 16)).toThrow(RangeError);
    expect(() => Mutex.at(buffer, -4)).toThrow(OutOfRangeError);
    expect(() => RWLock.at(buffer, 0)).toThrow(OutOfRangeError);
    expect(() => Mutex.at(buffer, 0, { owner: 0 })).toThrow(RangeError);
    expect(() => Mutex.at(buffer, 0, { owner: 2 ** 28 })).toThrow(RangeError);
  });

  test('an owner is the thread id and one', () => {
    expect(ownerOf(0)).toBe(1);
    expect(() => ownerOf(-1)).toThrow(RangeError);
    expect(threadOwner).toBeGreaterThan(0);
  });
});

describe('Mutex', () => {
  test('locks, refuses its owner, times out, unlocks', async () => {
    const mutex = Mutex.create();
    const other = Mutex.at(mutex.buffer, 0, { owner: OTHER });
    expect(mutex.lock()).toBe('acquired');
    expect(mutex.heldBy).toBe(threadOwner);
    expect(() => mutex.lock()).toThrow(DeadlockError);
    expect(mutex.tryLock()).toBe(false);
    expect(other.lock(short)).toBe(false);
    expect(await other.lockAsync(short)).toBe(false);
    expect(() => other.unlock()).toThrow(PermissionError);
    mutex.unlock();
    expect(() => mutex.unlock()).toThrow(PermissionError);
    expect(other.tryLock()).toBe('acquired');
  });

  test('tells of a death until it is marked consistent', () => {
    const dead = Mutex.create({ owner: OTHER });
    const mutex = Mutex.at(dead.buffer);
    dead.lock();
    expect(mutex.recover(OTHER + 1)).toBe(false);
    expect(recover(OTHER, [mutex])).toBe(1);
    expect(mutex.lock()).toBe('owner-died');
    mutex.unlock();
    expect(mutex.tryLock()).toBe('owner-died');
    mutex.markConsistent();
    mutex.unlock();
    expect(mutex.lock()).toBe('acquired');
    expect(() => dead.markConsistent()).toThrow(PermissionError);
  });

  test('guards unlock once, at the end of the block or before', () => {
    const mutex = Mutex.create();
    {
      using guard = mutex.guard();
      expect(guard.ownerDied).toBe(false);
      expect(mutex.heldBy).toBe(threadOwner);
    }
    expect(mutex.heldBy).toBe(0);
    const guard = mutex.guard();
    expect(() => Mutex.at(mutex.buffer, 0, { owner: OTHER }).guard(short)).toThrow(TimeoutError);
    guard.unlock();
    guard.unlock();
    expect(mutex.heldBy).toBe(0);
  });

  test('an aborted wait leaves no trace, and passes on a wake-up', async () => {
    const mutex = Mutex.create();
    const [a, b] = [OTHER, OTHER + 1].map((owner) => Mutex.at(mutex.buffer, 0, { owner }));
    mutex.lock();
    const controller = new AbortController();
    const first = a!.lockAsync({ signal: controller.signal });
    const second = b!.lockAsync({ timeout: 5000 });
    await new Promise((resolve) => setTimeout(resolve, 10));
    mutex.unlock(); // wakes the first
    controller.abort(new Error('enough')); // in the same turn of the event loop
    const [one, two] = await Promise.allSettled([first, second]);
    if (one.status === 'fulfilled') a!.unlock();
    else expect(one.reason).toMatchObject({ message: 'enough' });
    if (one.status === 'rejected') expect(two).toEqual({ status: 'fulfilled', value: 'acquired' });
    await expect(a!.lockAsync({ signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
  });

  test('tasks of one thread take turns', async () => {
    const mutex = Mutex.create();
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3].map(async (task) => {
        const guard = await mutex.guardAsync({ timeout: 5000 });
        order.push(task);
        await new Promise((resolve) => setTimeout(resolve, 2));
        order.push(task);
        guard.unlock();
      }),
    );
    expect(order).toHaveLength(6);
    for (let i = 0; i < 6; i += 2) expect(order[i]).toBe(order[i + 1]);
  });

  test.each([Number.NaN, -1, 'soon'])('the timeout %s is refused', (timeout) => {
    const mutex = Mutex.create({ owner: OTHER });
    mutex.lock();
    expect(() => Mutex.at(mutex.buffer).lock({ timeout: timeout as number })).toThrow(SyncError);
  });

  test('a number of milliseconds in the place of options is refused, not waited for without end', async () => {
    const mutex = Mutex.create({ owner: OTHER });
    mutex.lock();
    const mine = Mutex.at(mutex.buffer);
    expect(() => mine.lock(20 as never)).toThrow('Expected `options` to be an object, got 20');
    await expect(mine.lockAsync(20 as never)).rejects.toThrow(InvalidError);
    expect(() => Event.create().wait(20 as never)).toThrow(InvalidError);
    expect(mutex.heldBy).toBe(OTHER);
  });
});

describe('where a thread may not sleep', () => {
  afterEach(() => vi.restoreAllMocks());

  test('blocking forms try for a while and say so, async forms work', async () => {
    vi.spyOn(Atomics, 'wait').mockImplementation(() => {
      throw new TypeError('Atomics.wait cannot be called in this context');
    });
    const mutex = Mutex.create();
    const other = Mutex.at(mutex.buffer, 0, { owner: OTHER });
    mutex.lock();
    expect(() => other.lock()).toThrow(WouldBlockError);
    expect(other.lock({ timeout: 1 })).toBe(false);
    const turn = other.lockAsync({ timeout: 5000 });
    mutex.unlock();
    expect(await turn).toBe('acquired');
    const semaphore = Semaphore.create(1);
    semaphore.acquire();
    expect(() => Semaphore.at(semaphore.buffer, 0, { owner: OTHER }).acquire()).toThrow(WouldBlockError);
    semaphore.release();
    expect(semaphore.available).toBe(1);
  });
});

describe('RWLock', () => {
  test('readers share, a writer is alone, and keeps new readers out while it waits', async () => {
    const a = RWLock.create();
    const b = RWLock.at(a.buffer, 0, { owner: OTHER });
    expect(a.readLock()).toBe('acquired');
    expect(b.tryReadLock()).toBe('acquired');
    b.readUnlock();
    expect(b.tryWriteLock()).toBe(false);
    expect(() => a.writeLock()).toThrow(DeadlockError);
    const writer = b.writeLockAsync({ timeout: 5000 });
    expect(a.tryReadLock()).toBe(false);
    a.readUnlock();
    expect(await writer).toBe('acquired');
    expect(a.readLock(short)).toBe(false);
    b.writeUnlock();
    expect(() => b.writeUnlock()).toThrow(PermissionError);
    expect(() => a.readUnlock()).toThrow(PermissionError);
    {
      using _read = a.readGuard();
    }
    {
      using _write = a.writeGuard();
    }
  });

  test('a writer that gives up lets readers in', () => {
    const a = RWLock.create();
    const b = RWLock.at(a.buffer, 0, { owner: OTHER });
    a.readLock();
    expect(b.writeLock(short)).toBe(false);
    expect(a.tryReadLock()).toBe('acquired');
  });

  test('a reader too many waits for any to leave', async () => {
    const lock = RWLock.create();
    for (let i = 0; i < RWLock.READERS; i++) lock.readLock();
    expect(lock.tryReadLock()).toBe(false);
    const next = RWLock.at(lock.buffer, 0, { owner: OTHER }).readLockAsync({ timeout: 5000 });
    await new Promise((resolve) => setTimeout(resolve, 10));
    const begun = performance.now();
    lock.readUnlock();
    expect(await next).toBe('acquired');
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  test('recovers readers and writers', () => {
    const dead = RWLock.create({ owner: OTHER });
    const lock = RWLock.at(dead.buffer);
    dead.readLock();
    expect(lock.recover(OTHER)).toBe(true);
    expect(lock.writeLock()).toBe('acquired');
    lock.writeUnlock();
    dead.writeLock();
    expect(lock.recover(OTHER)).toBe(true);
    expect(lock.readLock()).toBe('owner-died');
    lock.readUnlock();
    expect(lock.writeLock()).toBe('owner-died');
    lock.markConsistent();
    lock.writeUnlock();
    expect(lock.readLock()).toBe('acquired');
  });
});

describe('Semaphore', () => {
  test('is fair: a small wish does not overtake a large one', async () => {
    const semaphore = Semaphore.create(3);
    semaphore.acquire(2);
    const order: number[] = [];
    const large = semaphore.acquireAsync(3, { timeout: 5000 }).then(() => order.push(3));
    expect(semaphore.tryAcquire(1)).toBe(false);
    const small = semaphore.acquireAsync(1, { timeout: 5000 }).then(() => order.push(1));
    semaphore.release(2);
    await large;
    expect(order).toEqual([3]);
    semaphore.release(3);
    await small;
    expect(semaphore.held).toBe(1);
  });

  test('who leaves the queue lets those behind it go on', async () => {
    const semaphore = Semaphore.create(2);
    semaphore.acquire(1);
    const controller = new AbortController();
    const large = semaphore.acquireAsync(2, { signal: controller.signal });
    const small = semaphore.acquireAsync(1, { timeout: 5000 });
    controller.abort(new Error('enough'));
    await expect(large).rejects.toThrow('enough');
    expect(await small).toBe(true);
  });

  test('permits belong to who acquired them, can be added, used up, and recovered', () => {
    const semaphore = Semaphore.create(2);
    const dead = Semaphore.at(semaphore.buffer, 0, { owner: OTHER });
    dead.acquire(2);
    expect(() => semaphore.release()).toThrow(PermissionError);
    expect(semaphore.acquire(1, short)).toBe(false);
    expect(semaphore.recover(OTHER)).toBe(true);
    expect(semaphore.available).toBe(2);
    semaphore.acquire(2);
    semaphore.forget(1);
    semaphore.release(1);
    expect(semaphore.available).toBe(1);
    expect(() => semaphore.acquire(2)).toThrow(OutOfRangeError);
    semaphore.add(4);
    {
      using _permits = semaphore.guard(5);
    }
    expect(semaphore.available).toBe(5);
  });

  test('says when its entries are used up', () => {
    const semaphore = Semaphore.create(9, { entries: 1 });
    semaphore.acquire();
    expect(() => Semaphore.at(semaphore.buffer, 0, { owner: OTHER }).acquire()).toThrow(OutOfRangeError);
    semaphore.release();
    expect(semaphore.available).toBe(9);
  });
});

test('Condition: waits with time and signal, and always comes back with the mutex', async () => {
  const [mutex, condition] = [Mutex.create(), Condition.create()];
  expect(() => condition.wait(mutex, short)).toThrow(PermissionError);
  mutex.lock();
  expect(condition.wait(mutex, short)).toEqual({ signalled: false, ownerDied: false });
  expect(mutex.heldBy).toBe(threadOwner);
  const waiting = condition.waitAsync(mutex, { timeout: 5000 });
  expect(mutex.heldBy).toBe(0);
  condition.signal();
  expect(await waiting).toEqual({ signalled: true, ownerDied: false });
  await expect(condition.waitAsync(mutex, { signal: AbortSignal.timeout(10) })).rejects.toMatchObject({
    name: 'TimeoutError',
  });
  expect(mutex.heldBy).toBe(threadOwner);
});

test('Barrier: passes, gives up, breaks', async () => {
  const barrier = Barrier.create(2);
  expect(barrier.wait(short)).toBe(false);
  const other = barrier.waitAsync({ timeout: 5000 });
  expect(barrier.wait()).toBe('last');
  expect(await other).toBe('passed');
  const left = barrier.waitAsync({ timeout: 5000 });
  barrier.recover(OTHER);
  await expect(left).rejects.toThrow(BrokenError);
  expect(() => barrier.wait()).toThrow(BrokenError);
  barrier.reset(1);
  expect(barrier.wait()).toBe('last');
  expect(() => Barrier.create(1024)).toThrow(RangeError);
});

test('Latch and WaitGroup: count, wait, break', async () => {
  const latch = Latch.create(2);
  expect(latch.wait(short)).toBe(false);
  expect(latch.countDown()).toBe(1);
  const open = latch.waitAsync({ timeout: 5000 });
  expect(latch.countDown()).toBe(0);
  expect(await open).toBe(true);
  expect(() => latch.countDown()).toThrow(OutOfRangeError);
  const group = WaitGroup.create();
  expect(group.wait()).toBe(true);
  group.add(3);
  expect(group.done(2)).toBe(1);
  const broken = group.waitAsync({ timeout: 5000 });
  expect(group.recover(OTHER)).toBe(true);
  await expect(broken).rejects.toThrow(BrokenError);
  group.reset();
  expect(group.wait()).toBe(true);
});

test('Event: set, reset, wait', async () => {
  const event = Event.create();
  expect(event.wait(short)).toBe(false);
  const waiting = event.waitAsync({ timeout: 5000 });
  event.set();
  event.reset();
  expect(await waiting).toBe(true);
  expect(event.isSet).toBe(false);
});

test('Once: runs once, retries after a throw or a death, waits for an async function', async () => {
  const once = Once.create();
  expect(() =>
    once.run(() => {
      throw new Error('no');
    }),
  ).toThrow('no');
  const slow = once.runAsync(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
  });
  const loser = once.runAsync(() => expect.unreachable());
  expect(() => Once.at(once.buffer, 0, { owner: OTHER }).run(() => undefined, { timeout: 5 })).toThrow(TimeoutError);
  expect(await Promise.all([slow, loser])).toEqual([true, false]);
  expect(once.isDone).toBe(true);
});

test('Channel: bounded, ordered, closed', async () => {
  const channel = Channel.create(2);
  expect(Channel.at(channel.buffer).capacity).toBe(2);
  expect(channel.tryReceive()).toBeUndefined();
  for (let round = 0; round < 5; round++) {
    expect([channel.send(round), channel.send(-1 - round), channel.trySend(9)]).toEqual([true, true, false]);
    expect([channel.receive(), channel.receive()]).toEqual([round, -1 - round]);
  }
  expect(channel.receive(short)).toBeUndefined();
  expect(() => channel.send(2 ** 31)).toThrow(RangeError);
  channel.send(7);
  channel.send(8);
  expect(channel.send(9, short)).toBe(false);
  const sender = channel.sendAsync(9, { timeout: 5000 });
  expect(channel.receive()).toBe(7);
  expect(await sender).toBe(true);
  channel.close();
  expect(() => channel.send(1)).toThrow(ClosedError);
  expect([channel.receive(), channel.receive(), channel.receive()]).toEqual([8, 9, undefined]);
});
