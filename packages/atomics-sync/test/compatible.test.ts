/** What programs written for atomics-sync rely on: the behaviours of version 1.0.3, one test each. */
import {
  Barrier,
  Condition,
  DeadlockError,
  INT32_MAX_VALUE,
  INT32_MIN_VALUE,
  InvalidError,
  Mutex,
  Once,
  PermissionError,
  Semaphore,
  SpinLock,
} from '@sharena/atomics-sync';
import { describe, expect, test } from 'vitest';
import { race, startThread } from './workers/team.js';

const words = (length: number): Int32Array<SharedArrayBuffer> => new Int32Array(new SharedArrayBuffer(length * 4));

describe.each([
  ['Mutex', Mutex],
  ['SpinLock', SpinLock],
])('%s', (kind, Lock) => {
  test('starts as two zeros in an Int32Array', () => {
    const lock = Lock.init();
    expect(lock).toBeInstanceOf(Int32Array);
    expect(lock.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect([...lock]).toEqual([0, 0]);
  });

  test('names its owner in the second word while it is held', () => {
    const lock = Lock.init();
    Lock.lock(lock, 123);
    expect(Atomics.load(lock, 1)).toBe(123);
    Lock.unlock(lock, 123);
    expect([...lock]).toEqual([0, 0]);
  });

  test('refuses to let its owner wait for itself', () => {
    const lock = Lock.init();
    Lock.lock(lock, 123);
    expect(() => Lock.lock(lock, 123)).toThrow(DeadlockError);
    expect(() => Lock.tryLock(lock, 123)).toThrow(DeadlockError);
  });

  test('is not unlocked while nobody holds it', () => {
    expect(() => Lock.unlock(Lock.init(), 123)).toThrow(PermissionError);
  });

  test('is not unlocked by another', () => {
    const lock = Lock.init();
    Lock.lock(lock, 123);
    expect(() => Lock.unlock(lock, 456)).toThrow(PermissionError);
    expect(Atomics.load(lock, 1)).toBe(123);
  });

  test('refuses an id that is no integer', () => {
    for (const id of ['one', 1.5, Number.NaN, undefined, null]) {
      expect(() => Lock.lock(Lock.init(), id as number)).toThrow(InvalidError);
    }
  });

  test('refuses the id 0', () => {
    expect(() => Lock.lock(Lock.init(), 0)).toThrow(InvalidError);
    expect(() => Lock.unlock(Lock.init(), 0)).toThrow(InvalidError);
  });

  test('refuses an id below the smallest int32', () => {
    expect(() => Lock.lock(Lock.init(), INT32_MIN_VALUE - 1)).toThrow(RangeError);
    expect(() => Lock.lock(Lock.init(), INT32_MAX_VALUE + 1)).toThrow(RangeError);
    expect(() => Lock.lock(Lock.init(), INT32_MIN_VALUE)).not.toThrow();
  });

  test('tryLock takes a free lock', () => {
    expect(Lock.tryLock(Lock.init(), 123)).toBe(true);
  });

  test('tryLock leaves a held lock', () => {
    const lock = Lock.init();
    Lock.lock(lock, 123);
    expect(Lock.tryLock(lock, 456)).toBe(false);
  });

  test('10,000 locks and unlocks take less than 100 ms', () => {
    const lock = Lock.init();
    const begun = performance.now();
    for (let i = 0; i < 10_000; i++) {
      Lock.lock(lock, 123);
      Lock.unlock(lock, 123);
    }
    expect(performance.now() - begun).toBeLessThan(100);
  });

  test('ten threads read, dawdle and write, and lose nothing', async () => {
    const [lock, shared] = [Lock.init(), words(1)];
    const tasks = Array.from({ length: 10 }, (_, i) => ({ run: 'incrementUnder', kind, lock, shared, id: i + 1 }));
    await race(tasks, 20_000);
    expect(shared[0]).toBe(10);
  });

  test('survives the death of its owner', () => {
    const lock = Lock.init();
    Lock.lock(lock, 123);
    expect(Lock.recover(lock, 99)).toBe(false);
    expect(Lock.tryLock(lock, 456)).toBe(false);
    expect(Lock.recover(lock, 123)).toBe(true);
    expect(Lock.tryLock(lock, 456)).toBe(true);
  });

  test('refuses memory that is not shared, before anybody could wait', () => {
    expect(() => Lock.lock(new Int32Array(2) as never, 1)).toThrow(InvalidError);
  });

  test('works in the middle of a buffer', () => {
    const view = new Int32Array(new SharedArrayBuffer(64), 16, 2);
    Lock.lock(view, 5);
    expect([...new Int32Array(view.buffer)].filter((word) => word !== 0)).toEqual([5]);
    Lock.unlock(view, 5);
  });
});

describe('Mutex', () => {
  test('timedLock gives up when its time has come, not before', () => {
    const mutex = Mutex.init();
    Mutex.lock(mutex, 123);
    const begun = Date.now();
    expect(Mutex.timedLock(mutex, 456, begun + 100)).toBe(false);
    expect(Date.now() - begun).toBeGreaterThanOrEqual(100);
  });

  test('timedLock tries once even when its time is over', () => {
    expect(Mutex.timedLock(Mutex.init(), 1, 0)).toBe(true);
  });

  test('a deadline that is no number is refused and not taken for "for ever"', () => {
    const mutex = Mutex.init();
    expect(() => Mutex.timedLock(mutex, 1, Number.NaN)).toThrow(RangeError);
    expect(() => Mutex.timedLock(mutex, 1, undefined as never)).toThrow(InvalidError);
    expect(Mutex.tryLock(mutex, 2)).toBe(true);
  });
});

describe('Semaphore', () => {
  test('starts with one word and its value', () => {
    const semaphore = Semaphore.init(5);
    expect(semaphore).toBeInstanceOf(Int32Array);
    expect(semaphore.length).toBe(1);
    expect(semaphore[0]).toBe(5);
    expect(Semaphore.getValue(semaphore)).toBe(5);
  });

  test('refuses values that are no integer from 0 to 2^31 - 1', () => {
    expect(() => Semaphore.init(3.14)).toThrow(InvalidError);
    expect(() => Semaphore.init(-1)).toThrow(RangeError);
    expect(() => Semaphore.init(INT32_MAX_VALUE + 1)).toThrow(RangeError);
    expect(Semaphore.getValue(Semaphore.init(INT32_MAX_VALUE))).toBe(INT32_MAX_VALUE);
  });

  test('wait takes one', () => {
    const semaphore = Semaphore.init(2);
    Semaphore.wait(semaphore);
    expect(Semaphore.getValue(semaphore)).toBe(1);
  });

  test('tryWait takes one, or leaves 0', () => {
    const semaphore = Semaphore.init(1);
    expect(Semaphore.tryWait(semaphore)).toBe(true);
    expect(Semaphore.getValue(semaphore)).toBe(0);
    expect(Semaphore.tryWait(semaphore)).toBe(false);
    expect(Semaphore.getValue(semaphore)).toBe(0);
  });

  test('timedWait takes one if there is one', () => {
    const semaphore = Semaphore.init(1);
    expect(Semaphore.timedWait(semaphore, Date.now() + 100)).toBe(true);
    expect(Semaphore.getValue(semaphore)).toBe(0);
  });

  test('timedWait gives up when its time has come, not before', () => {
    const semaphore = Semaphore.init(0);
    const begun = Date.now();
    expect(Semaphore.timedWait(semaphore, begun + 100)).toBe(false);
    expect(Date.now() - begun).toBeGreaterThanOrEqual(100);
    expect(Semaphore.getValue(semaphore)).toBe(0);
    Semaphore.post(semaphore);
    expect(Semaphore.getValue(semaphore)).toBe(1);
  });

  test('a deadline that is no number is refused', () => {
    expect(() => Semaphore.timedWait(Semaphore.init(0), undefined as never)).toThrow(InvalidError);
    expect(() => Semaphore.timedWait(Semaphore.init(0), Number.NaN)).toThrow(RangeError);
  });

  test('post adds one', () => {
    const semaphore = Semaphore.init(0);
    Semaphore.post(semaphore);
    expect(Semaphore.getValue(semaphore)).toBe(1);
  });

  test('post refuses to go beyond 2^31 - 1', () => {
    const semaphore = Semaphore.init(INT32_MAX_VALUE);
    expect(() => Semaphore.post(semaphore)).toThrow(RangeError);
    expect(Semaphore.getValue(semaphore)).toBe(INT32_MAX_VALUE);
  });

  test('getValue looks and changes nothing', () => {
    const semaphore = Semaphore.init(42);
    expect(Semaphore.getValue(semaphore)).toBe(42);
    expect(Semaphore.getValue(semaphore)).toBe(42);
  });

  test('a post of another thread wakes this one', async () => {
    const [semaphore, shared] = [Semaphore.init(0), words(1)];
    const { worker } = startThread({ run: 'postLater', semaphore, shared });
    expect(Semaphore.timedWait(semaphore, Date.now() + 20_000)).toBe(true);
    expect(shared[0]).toBe(42);
    await worker.terminate();
  });
});

describe('Condition', () => {
  /** Ten threads that wait on a condition, all asleep or about to sleep. */
  async function tenWaiters(): Promise<{
    shared: Int32Array<SharedArrayBuffer>;
    condition: Int32Array<SharedArrayBuffer>;
    end(): Promise<void>;
  }> {
    const [condition, mutex, shared] = [Condition.init(), Mutex.init(), words(2)];
    const threads = Array.from({ length: 10 }, (_, i) =>
      startThread({ run: 'awaitSignal', condition, mutex, shared, id: i + 1 }),
    );
    const deadline = Date.now() + 20_000;
    while (Atomics.load(shared, 1) < 10 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 5));
    Mutex.lock(mutex, 123); // so the last one has unlocked it: it waits
    Mutex.unlock(mutex, 123);
    return {
      shared,
      condition,
      async end() {
        await Promise.all(threads.map(({ worker }) => worker.terminate()));
      },
    };
  }

  test('is one word', () => {
    expect(Condition.init()).toBeInstanceOf(Int32Array);
    expect(Condition.init().length).toBe(1);
  });

  test('signal wakes one of ten', async () => {
    const { shared, condition, end } = await tenWaiters();
    await new Promise((resolve) => setTimeout(resolve, 50)); // asleep, and not on their way
    Condition.signal(condition);
    Atomics.wait(shared, 0, 0, 10_000);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(shared[0]).toBe(1);
    await end();
  });

  test('broadcast wakes all ten', async () => {
    const { shared, condition, end } = await tenWaiters();
    Condition.broadcast(condition);
    const deadline = Date.now() + 10_000;
    while (Atomics.load(shared, 0) < 10 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(shared[0]).toBe(10);
    await end();
  });

  test('timedWait answers false when its time has come, with the mutex locked', () => {
    const [condition, mutex] = [Condition.init(), Mutex.init()];
    Mutex.lock(mutex, 123);
    expect(Condition.timedWait(condition, mutex, 123, Date.now() + 100)).toBe(false);
    expect(mutex[1]).toBe(123);
  });

  test('timedWait without the mutex is refused and takes nothing', () => {
    const [condition, mutex] = [Condition.init(), Mutex.init()];
    expect(() => Condition.timedWait(condition, mutex, 7, Date.now() + 100)).toThrow(PermissionError);
    expect([...mutex]).toEqual([0, 0]);
    expect(() => Condition.wait(condition, mutex, 7)).toThrow(PermissionError);
    Mutex.lock(mutex, 7);
    expect(() => Condition.timedWait(condition, mutex, 7, Number.NaN)).toThrow(RangeError);
    expect(mutex[1]).toBe(7);
  });
});

describe('Barrier', () => {
  test('starts with its count, nobody waiting, generation 0', () => {
    const { barrier, mutex, cond } = Barrier.init(3);
    expect(barrier).toBeInstanceOf(BigInt64Array);
    expect([...barrier]).toEqual([3n, 0n, 0n]);
    expect([...mutex]).toEqual([0, 0]);
    expect(cond).toBeInstanceOf(Int32Array);
  });

  test('refuses a count that is no integer', () => {
    expect(() => Barrier.init(3.5)).toThrow(InvalidError);
  });

  test('refuses a count of 0 or less', () => {
    expect(() => Barrier.init(0)).toThrow(RangeError);
    expect(() => Barrier.init(-1)).toThrow(RangeError);
  });

  test('lets ten threads through by fives', async () => {
    const [barrier, mutex, shared] = [Barrier.init(5), Mutex.init(), words(1)];
    // The first five are let go before the sixth comes: they wait for a thread that waits for nobody.
    const first = Array.from({ length: 5 }, (_, i) => ({
      run: 'arriveLate',
      barrier,
      mutex,
      shared,
      id: i + 1,
      delay: i * 20,
    }));
    expect(await race(first, 20_000)).toEqual([5, 5, 5, 5, 5]);
    const second = first.map((task, i) => ({ ...task, id: i + 6 }));
    expect(await race(second, 20_000)).toEqual([10, 10, 10, 10, 10]);
    expect([...barrier.barrier]).toEqual([5n, 0n, 2n]);
  });

  test('one thread is its own last', () => {
    const barrier = Barrier.init(1);
    expect(Barrier.wait(barrier, 1)).toBe(true);
    expect(Barrier.wait(barrier, 1)).toBe(true);
  });
});

describe('Once', () => {
  test('is one word', () => {
    expect(Once.init()).toBeInstanceOf(Int32Array);
    expect(Once.init().length).toBe(1);
  });

  test('has not been executed at first', () => {
    expect(Once.isExecuted(Once.init())).toBe(false);
  });

  test('has been executed afterwards', () => {
    const once = Once.init();
    Once.execute(once, () => expect(Once.isExecuted(once)).toBe(false));
    expect(Once.isExecuted(once)).toBe(true);
    Once.execute(once, () => expect.unreachable());
  });

  test('ten threads run it once, and all wait until it has been run', async () => {
    const [once, shared] = [Once.init(), words(1)];
    const seen = await race(
      Array.from({ length: 10 }, () => ({ run: 'runOnce', once, shared })),
      20_000,
    );
    expect(seen).toEqual(Array(10).fill(1));
  });

  test('a function that throws has not been run', () => {
    const once = Once.init();
    expect(() =>
      Once.execute(once, () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(Once.isExecuted(once)).toBe(false);
    let ran = 0;
    Once.execute(once, () => {
      ran++;
    });
    expect(ran).toBe(1);
  });

  test('a function that executes itself is refused', () => {
    const once = Once.init();
    expect(() => Once.execute(once, () => Once.execute(once, () => undefined))).toThrow(DeadlockError);
    expect(Once.isExecuted(once)).toBe(false);
  });
});

test('the errors have their names, are errors, and take a message', () => {
  for (const [ErrorClass, name] of [
    [DeadlockError, 'DeadlockError'],
    [PermissionError, 'PermissionError'],
    [InvalidError, 'InvalidError'],
  ] as const) {
    const error = new ErrorClass('text');
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe(name);
    expect(error.message).toBe('text');
    expect(error.code).toMatch(/^ERR_SHARENA_/);
  }
});
