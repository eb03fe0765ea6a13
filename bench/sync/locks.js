/** A thread that takes a lock, does a little, and gives it back: every lock, ours and others, in a crew of @sharena/measure. */
import { Channel, Condition, Mutex, RWLock, Semaphore, SpinLock } from '@sharena/atomics-sync';
import * as upstream from './upstream.js';

/** Words: the lock from 0, the condition at 32, what the lock guards at 64. */
const CONDITION = 32;
const GUARDED = 64;
const BATCH = 50;

/** Makes the two halves of an operation; both are bound to one lock each, so that their calls have one target. */
const pairOf = (lock, words, id) => ({ take: () => lock.lock(words, id), give: () => lock.unlock(words, id) });

function semaphore(kind, words, id) {
  const word = words.subarray(0, 1);
  if (id === 1) kind.post(word);
  return { take: () => kind.wait(word), give: () => kind.post(word) };
}

function placed(lock, take, give) {
  return { take: () => lock[take](), give: () => lock[give]() };
}

function reader(words, id) {
  const lock = RWLock.at(words.buffer, 0, { owner: id });
  let turn = id;
  let isWriting = false;
  return {
    take() {
      isWriting = ++turn % 10 === 0;
      if (isWriting) lock.writeLock();
      else lock.readLock();
    },
    give() {
      if (isWriting) lock.writeUnlock();
      else lock.readUnlock();
    },
  };
}

/** By kind and name: what makes the lock of a thread from its words and its number, from 1. */
export const LOCKS = {
  mutex: {
    'Mutex.create()': (words, id) => placed(Mutex.at(words.buffer, 0, { owner: id }), 'lock', 'unlock'),
    'Mutex.lock(array, id)': (words, id) => pairOf(Mutex, words, id),
    'a futex by hand': (words) => pairOf(upstream.Futex, words.subarray(0, 1)),
    'atomics-sync, Mutex': (words, id) => pairOf(upstream.Mutex, words, id),
  },
  'other locks': {
    'SpinLock.lock(array, id)': (words, id) => pairOf(SpinLock, words, id),
    'atomics-sync, SpinLock': (words, id) => pairOf(upstream.SpinLock, words, id),
    'Semaphore.wait(array)': (words, id) => semaphore(Semaphore, words, id),
    'atomics-sync, Semaphore': (words, id) => semaphore(upstream.Semaphore, words, id),
    'RWLock, writing': (words, id) => placed(RWLock.at(words.buffer, 0, { owner: id }), 'writeLock', 'writeUnlock'),
    'RWLock, 9 of 10 read': reader,
  },
  turns: {
    'Condition and Mutex': (words, id) => ourTurns(words, id),
    'Channel, there and back': (words, id) => channels(words, id),
    'atomics-sync, Condition': (words, id) => theirTurns(words, id),
  },
};

export function member({ index, data: { kind, name, work, words }, isOver }) {
  const make = LOCKS[kind][name];
  const id = index + 1;
  const one = kind === 'turns' ? make(words, id)(isOver) : guarded(make(words, id), words, work);
  const batch = kind === 'turns' ? 1 : BATCH;
  return {
    step() {
      for (let i = 0; i < batch; i++) one();
      return batch;
    },
    one,
  };
}

function guarded({ take, give }, words, work) {
  return () => {
    take();
    let x = words[GUARDED] + 1;
    for (let i = 0; i < work; i++) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
    }
    words[GUARDED] = x;
    give();
  };
}

/** Two threads take turns. At the end the other one may have gone: so nobody waits longer than 5 ms without a look. */
const LOOK_AGAIN = { timeout: 5 };

function ourTurns(words, id) {
  const mutex = Mutex.at(words.buffer, 0, { owner: id });
  const condition = Condition.at(words.buffer, 4 * CONDITION, { owner: id });
  return (isOver) => () => {
    mutex.lock();
    while (words[GUARDED] % 2 !== id - 1 && !isOver()) condition.wait(mutex, LOOK_AGAIN);
    words[GUARDED]++;
    condition.signal();
    mutex.unlock();
  };
}

function theirTurns(words, id) {
  const condition = words.subarray(CONDITION, CONDITION + 1);
  return (isOver) => () => {
    upstream.Mutex.lock(words, id);
    while (words[GUARDED] % 2 !== id - 1 && !isOver()) upstream.Condition.wait(condition, words, id);
    words[GUARDED]++;
    upstream.Condition.signal(condition);
    upstream.Mutex.unlock(words, id);
  };
}

/** The first thread sends a word on one channel and receives it on another; the second one sends it back. */
function channels(words, id) {
  const bytes = Channel.bytes(8);
  const options = { owner: id };
  const places = [1024, 1024 + Math.ceil(bytes / 128) * 128];
  const open =
    id === 1 ? (at) => Channel.format(words.buffer, at, 8, options) : (at) => Channel.at(words.buffer, at, options);
  if (id === 2) Atomics.wait(words, GUARDED + 32, 0, 10_000);
  const [there, back] = places.map(open);
  if (id === 1) {
    Atomics.store(words, GUARDED + 32, 1);
    Atomics.notify(words, GUARDED + 32);
  }
  const [sends, receives] = id === 1 ? [there, back] : [back, there];
  const receive = (isOver) => {
    while (receives.receive(LOOK_AGAIN) === undefined) if (isOver()) return;
  };
  if (id === 1)
    return (isOver) => () => {
      sends.send(1);
      receive(isOver);
    };
  return (isOver) => () => {
    receive(isOver);
    sends.trySend(1);
  };
}
