/** One thread of the contended benchmark: takes the lock, does a little, gives it back, until it is told to stop. */
import { parentPort, workerData } from 'node:worker_threads';
import { Condition, Mutex, Semaphore, SpinLock } from '@sharena/atomics-sync';
import * as upstream from './upstream.js';

const { primitive, whose, shared, id, threads } = workerData;
const BATCH = 64;
const [START, STOP, DONE] = [32, 33, 34];
const own = whose === 'ours';
const lock = shared.subarray(0, 2);

const operations = {
  Mutex() {
    const kind = own ? Mutex : upstream.Mutex;
    return () => {
      kind.lock(lock, id);
      shared[16]++;
      kind.unlock(lock, id);
    };
  },
  'Mutex, placed'() {
    if (!own) return operations.Mutex();
    const mutex = Mutex.at(shared.buffer, 0, { owner: id });
    return () => {
      mutex.lock();
      shared[16]++;
      mutex.unlock();
    };
  },
  SpinLock() {
    const kind = own ? SpinLock : upstream.SpinLock;
    return () => {
      kind.lock(lock, id);
      shared[16]++;
      kind.unlock(lock, id);
    };
  },
  Semaphore() {
    const kind = own ? Semaphore : upstream.Semaphore;
    const word = shared.subarray(0, 1);
    if (id === 1) kind.post(word);
    return () => {
      kind.wait(word);
      shared[16]++;
      kind.post(word);
    };
  },
  'Condition, two take turns'() {
    const [kind, locks] = own ? [Condition, Mutex] : [upstream.Condition, upstream.Mutex];
    const condition = shared.subarray(4, 5);
    return () => {
      locks.lock(lock, id);
      while (shared[16] % threads !== id - 1) kind.wait(condition, lock, id);
      shared[16]++;
      kind.signal(condition);
      locks.unlock(lock, id);
    };
  },
};

const operation = operations[primitive]();
parentPort.postMessage('ready');
Atomics.wait(shared, START, 0);
// The counter is added to in batches, or it would be what is measured; turns are counted one by one.
const batch = primitive.startsWith('Condition') ? 1 : BATCH;
while (Atomics.load(shared, STOP) === 0) {
  for (let i = 0; i < batch; i++) operation();
  Atomics.add(shared, DONE, batch);
}
