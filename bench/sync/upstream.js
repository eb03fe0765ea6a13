/**
 * The algorithms of atomics-sync 1.0.3, told in our own words from its published behaviour: what the benchmark compares with.
 * They are as that package has them, lost wake-ups included; so the contended runs of Condition have a deadline.
 */
const { compareExchange, load, notify, pause, store, wait } = Atomics;

function checked(id) {
  if (!Number.isInteger(id)) throw new TypeError('the id must be an integer');
  if (id < -(2 ** 31) || id > 2 ** 31 - 1) throw new RangeError('the id must be an int32');
  if (id === 0) throw new TypeError('the id must not be 0');
}

/** A lock of two words, [state, owner]: the state is swapped, the owner is written afterwards, and each unlock notifies. */
export const Mutex = {
  lock(mutex, id) {
    checked(id);
    if (load(mutex, 1) === id) throw new Error('locked already');
    while (compareExchange(mutex, 0, 0, 1) !== 0) wait(mutex, 0, 1);
    store(mutex, 1, id);
  },
  unlock(mutex, id) {
    checked(id);
    if (load(mutex, 1) !== id) throw new Error('not the owner');
    store(mutex, 1, 0);
    if (compareExchange(mutex, 0, 1, 0) !== 1) throw new Error('not locked');
    notify(mutex, 0, 1);
  },
};

/** The same without sleep: each look is a swap. */
export const SpinLock = {
  lock(lock, id) {
    checked(id);
    if (load(lock, 1) === id) throw new Error('locked already');
    while (compareExchange(lock, 0, 0, 1) !== 0) pause?.();
    store(lock, 1, id);
  },
  unlock(lock, id) {
    checked(id);
    if (load(lock, 1) !== id) throw new Error('not the owner');
    store(lock, 1, 0);
    if (compareExchange(lock, 0, 1, 0) !== 1) throw new Error('not locked');
  },
};

/** One word; a post wakes one at the step from 0 to 1 only. */
export const Semaphore = {
  wait(semaphore) {
    for (;;) {
      const value = load(semaphore, 0);
      if (value === 0) wait(semaphore, 0, 0);
      else if (compareExchange(semaphore, 0, value, value - 1) === value) return;
    }
  },
  post(semaphore) {
    for (;;) {
      const value = load(semaphore, 0);
      if (value === 2 ** 31 - 1) throw new RangeError('too many');
      if (compareExchange(semaphore, 0, value, value + 1) !== value) continue;
      if (value === 0) notify(semaphore, 0, 1);
      return;
    }
  },
};

/** A word that never changes. With a time-out here, as the wake-up may be lost. */
export const Condition = {
  wait(condition, mutex, id) {
    Mutex.unlock(mutex, id);
    wait(condition, 0, 0, 20);
    Mutex.lock(mutex, id);
  },
  signal(condition) {
    notify(condition, 0, 1);
  },
};

/** The futex mutex of three states in one word, as it is usually written: no owner, no checks. */
export const Futex = {
  lock(word) {
    if (compareExchange(word, 0, 0, 1) === 0) return;
    while (Atomics.exchange(word, 0, 2) !== 0) wait(word, 0, 2);
  },
  unlock(word) {
    if (Atomics.exchange(word, 0, 0) === 2) notify(word, 0, 1);
  },
};
