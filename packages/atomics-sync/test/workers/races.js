/** What the threads of the races do, by name. Each gets its workerData. */
import {
  Barrier,
  Channel,
  Condition,
  Event,
  Latch,
  Mutex,
  Once,
  RWLock,
  Semaphore,
  SpinLock,
  threadOwner,
  WaitGroup,
} from '@sharena/atomics-sync';

/** Static: a slow read-modify-write under a lock. */
export function incrementUnder({ kind, lock, shared, id, rounds = 1 }) {
  const Lock = kind === 'SpinLock' ? SpinLock : Mutex;
  for (let i = 0; i < rounds; i++) {
    Lock.lock(lock, id);
    const value = shared[0];
    if (rounds === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    shared[0] = value + 1;
    Lock.unlock(lock, id);
  }
}

/** Static: posts after a while. */
export function postLater({ semaphore, shared }) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  shared[0] = 42;
  Semaphore.post(semaphore);
}

/** Static: takes one permit and counts itself. */
export function awaitPermits({ semaphore, shared, rounds }) {
  for (let i = 0; i < rounds; i++) {
    Atomics.add(shared, 0, 1);
    Semaphore.wait(semaphore);
    Atomics.add(shared, 1, 1);
    Atomics.notify(shared, 1);
    while (Atomics.load(shared, 2) === i) Atomics.wait(shared, 2, i, 100);
  }
}

/** Static: posts twice when two sleep, and expects both to go on. Answers the rounds in which they did. */
export function postTwice({ semaphore, shared, rounds }) {
  let good = 0;
  for (let i = 0; i < rounds; i++) {
    while (Atomics.load(shared, 0) < 2 * (i + 1)) Atomics.wait(shared, 3, 0, 0.05);
    Atomics.wait(shared, 3, 0, i % 4 === 0 ? 1 : 0.05);
    Semaphore.post(semaphore);
    Semaphore.post(semaphore);
    const deadline = performance.now() + 2000;
    for (
      let seen = Atomics.load(shared, 1);
      seen < 2 * (i + 1) && performance.now() < deadline;
      seen = Atomics.load(shared, 1)
    ) {
      Atomics.wait(shared, 1, seen, 50);
    }
    if (Atomics.load(shared, 1) === 2 * (i + 1)) good++;
    else Semaphore.recover(semaphore);
    Atomics.store(shared, 2, i + 1);
    Atomics.notify(shared, 2);
  }
  return good;
}

/** Static: waits for a signal and counts itself. */
export function awaitSignal({ condition, mutex, shared, id }) {
  Mutex.lock(mutex, id);
  Atomics.add(shared, 1, 1);
  Condition.wait(condition, mutex, id);
  Atomics.add(shared, 0, 1);
  Atomics.notify(shared, 0);
  Mutex.unlock(mutex, id);
}

/** Static: two threads take turns. Nothing is lost if both come to the end. */
export function pingPong({ condition, mutex, shared, id, side, rounds }) {
  for (let i = 0; i < rounds; i++) {
    Mutex.lock(mutex, id);
    while (shared[0] !== side) Condition.wait(condition, mutex, id);
    shared[0] = 1 - side;
    shared[1]++;
    Condition.signal(condition);
    Mutex.unlock(mutex, id);
  }
}

/** Placed: the same. */
export function placedPingPong({ buffer, side, rounds }) {
  const shared = new Int32Array(buffer);
  const mutex = Mutex.at(buffer, 8);
  const condition = Condition.at(buffer, 12);
  for (let i = 0; i < rounds; i++) {
    mutex.lock();
    while (shared[0] !== side) condition.wait(mutex);
    shared[0] = 1 - side;
    shared[1]++;
    condition.signal();
    mutex.unlock();
  }
}

/** Static: passes a barrier, and checks that nobody is a generation ahead or behind. Answers how often it was the last. */
export function passBarrier({ barrier, shared, id, threads, passes }) {
  let last = 0;
  for (let i = 0; i < passes; i++) {
    Atomics.add(shared, 0, 1);
    if (Barrier.wait(barrier, id)) last++;
    const arrivals = Atomics.load(shared, 0);
    if (arrivals < (i + 1) * threads || arrivals > (i + 2) * threads)
      throw new Error(`pass ${i}: ${arrivals} arrivals`);
  }
  return last;
}

/** Placed: the same. */
export function passPlacedBarrier({ buffer, shared, threads, passes }) {
  const barrier = Barrier.at(buffer);
  let last = 0;
  for (let i = 0; i < passes; i++) {
    Atomics.add(shared, 0, 1);
    if (barrier.wait() === 'last') last++;
    const arrivals = Atomics.load(shared, 0);
    if (arrivals < (i + 1) * threads || arrivals > (i + 2) * threads)
      throw new Error(`pass ${i}: ${arrivals} arrivals`);
  }
  return last;
}

/** Static: counts how often it was the one to run. */
export function runOnce({ once, shared }) {
  Once.execute(once, () => {
    const value = shared[0];
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    shared[0] = value + 1;
  });
  return shared[0];
}

/** Arrives at a barrier of the static kind after a while, and answers how many had counted themselves before it went on. */
export function arriveLate({ barrier, mutex, shared, id, delay }) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, delay);
  Mutex.lock(mutex, id);
  shared[0]++;
  Mutex.unlock(mutex, id);
  Barrier.wait(barrier, id);
  return shared[0];
}

/** Placed: locks and unlocks for ever, in each kind of lock, changing a pair of words that must stay equal. To be terminated. */
export function lockForEver({ kind, buffer, pair, beat }) {
  const use = users[kind](buffer);
  for (;;) {
    use((died) => {
      if (died) pair[1] = pair[0];
      pair[0]++;
      Atomics.add(beat, 0, 1);
      pair[1]++;
    });
  }
}

/** Placed: goes through the lock a number of times, repairing what a dead owner left. Answers how often it was told of one. */
export function lockAfterDeath({ kind, buffer, pair, rounds }) {
  const use = users[kind](buffer);
  let told = 0;
  for (let i = 0; i < rounds; i++) {
    use((died) => {
      if (died) told++;
      if (died) pair[1] = pair[0];
      if (kind !== 'Semaphore' && kind !== 'staticMutex' && kind !== 'staticSpinLock' && pair[0] !== pair[1]) {
        throw new Error(`the pair is ${pair[0]}, ${pair[1]}`);
      }
      pair[0]++;
      pair[1] = pair[0];
    });
  }
  return told;
}

const users = {
  Mutex(buffer) {
    const mutex = Mutex.at(buffer);
    return (body) => {
      const died = mutex.lock() === 'owner-died';
      body(died);
      if (died) mutex.markConsistent();
      mutex.unlock();
    };
  },
  RWLock(buffer) {
    const lock = RWLock.at(buffer);
    return (body) => {
      lock.readLock();
      lock.readUnlock();
      const died = lock.writeLock() === 'owner-died';
      body(died);
      if (died) lock.markConsistent();
      lock.writeUnlock();
    };
  },
  Semaphore(buffer) {
    const semaphore = Semaphore.at(buffer);
    return (body) => {
      semaphore.acquire(1);
      body(true);
      semaphore.release(1);
    };
  },
  staticMutex(buffer) {
    const mutex = new Int32Array(buffer);
    return (body) => {
      Mutex.lock(mutex, threadOwner);
      body(true);
      Mutex.unlock(mutex, threadOwner);
    };
  },
  staticSpinLock(buffer) {
    const lock = new Int32Array(buffer);
    return (body) => {
      SpinLock.lock(lock, threadOwner);
      body(true);
      SpinLock.unlock(lock, threadOwner);
    };
  },
};

/** Placed: sends numbers for ever. To be terminated. */
export function sendForEver({ buffer, from }) {
  const channel = Channel.at(buffer);
  for (let i = from; ; i++) channel.send(i | 0);
}

/** Placed: sends a range of numbers. */
export function sendRange({ buffer, from, count }) {
  const channel = Channel.at(buffer);
  for (let i = 0; i < count; i++) channel.send(from + i);
}

/** Placed: receives until the channel is closed. Answers how many, their sum, and whether each sender's came in order. */
export function receiveAll({ buffer, step }) {
  const channel = Channel.at(buffer);
  const last = new Map();
  let [count, sum, inOrder] = [0, 0, true];
  for (let word = channel.receive(); word !== undefined; word = channel.receive()) {
    const sender = Math.floor(word / step);
    if (word <= (last.get(sender) ?? -1)) inOrder = false;
    last.set(sender, word);
    count++;
    sum += word;
  }
  return { count, sum, inOrder };
}

/** Placed: many threads under a reader-writer lock: a reader never sees a half-written pair. */
export function readAndWrite({ buffer, pair, rounds, isWriter }) {
  const lock = RWLock.at(buffer);
  for (let i = 0; i < rounds; i++) {
    if (isWriter) {
      lock.writeLock();
      pair[0]++;
      pair[1]++;
      lock.writeUnlock();
    } else {
      lock.readLock();
      const [a, b] = [pair[0], pair[1]];
      lock.readUnlock();
      if (a !== b) throw new Error(`a reader sees ${a} and ${b}`);
    }
  }
}

/** Placed: permits of different sizes, never more than there are. */
export function acquireSome({ buffer, shared, permits, rounds, seed }) {
  const semaphore = Semaphore.at(buffer);
  let state = seed;
  for (let i = 0; i < rounds; i++) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    const n = 1 + ((state >> 8) % permits);
    semaphore.acquire(n);
    const used = Atomics.add(shared, 0, n) + n;
    if (used > permits) throw new Error(`${used} of ${permits} permits are in use`);
    Atomics.sub(shared, 0, n);
    semaphore.release(n);
  }
}

/** Placed: waits for an event, then counts down a latch and a wait group. */
export function startTogether({ event, latch, group }) {
  const isSet = Event.at(event).wait({ timeout: 10_000 });
  Latch.at(latch).countDown();
  WaitGroup.at(group).done();
  return isSet;
}

/** Awaits a mutex: nothing else keeps this thread alive. */
export async function awaitMutex({ buffer, ready }) {
  const mutex = Mutex.at(buffer);
  const turn = mutex.lockAsync();
  Atomics.store(ready, 0, 1);
  Atomics.notify(ready, 0);
  const held = await turn;
  mutex.unlock();
  return held;
}
