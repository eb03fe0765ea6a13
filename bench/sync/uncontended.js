/** uncontended <group> <ms>: what a lock costs that nobody else wants; tinybench takes the time of loops of a thousand. */
import { Channel, Mutex, RWLock, Semaphore, SpinLock } from '@sharena/atomics-sync';
import { timeBatches } from '@sharena/measure';
import { answer } from '../run/program.js';
import * as upstream from './upstream.js';

const words = (length) => new Int32Array(new SharedArrayBuffer(length * 4));

/** Each case has a loop of its own, so that none spoils the types another was compiled for. */
export const GROUPS = {
  'Mutex, lock and unlock': {
    'a futex of three states by hand': pairs(words(1), upstream.Futex, 'lock', 'unlock'),
    'Mutex.create()': placed(Mutex.create(), 'lock', 'unlock'),
    'Mutex.lock(array, id)': pairs(Mutex.init(), Mutex, 'lock', 'unlock', 7),
    'atomics-sync, its algorithm': pairs(words(2), upstream.Mutex, 'lock', 'unlock', 7),
  },
  'SpinLock, lock and unlock': {
    'SpinLock.lock(array, id)': pairs(SpinLock.init(), SpinLock, 'lock', 'unlock', 7),
    'atomics-sync, its algorithm': pairs(words(2), upstream.SpinLock, 'lock', 'unlock', 7),
  },
  'Semaphore, wait and post': {
    'Semaphore.wait(array)': pairs(Semaphore.init(2), Semaphore, 'wait', 'post'),
    'atomics-sync, its algorithm': pairs(shared(2), upstream.Semaphore, 'wait', 'post'),
    'Semaphore.create(2), owned permits': placed(Semaphore.create(2), 'acquire', 'release'),
  },
  'Others, a pair': {
    'RWLock, reading': placed(RWLock.create(), 'readLock', 'readUnlock'),
    'RWLock, writing': placed(RWLock.create(), 'writeLock', 'writeUnlock'),
    'Channel, send and receive': sendAndReceive(Channel.create(16)),
  },
};

function shared(value) {
  const view = words(1);
  view[0] = value;
  return view;
}

/** The loop as source text: a closure for each case, compiled for its own types. */
function loop(body, ...names) {
  return new Function(...names, `return (n) => { for (let i = 0; i < n; i++) { ${body} } };`);
}

function pairs(view, kind, take, give, id) {
  const args = id === undefined ? 'view' : `view, ${id}`;
  return loop(`kind.${take}(${args}); kind.${give}(${args});`, 'kind', 'view')(kind, view);
}

function placed(it, take, give) {
  return loop(`it.${take}(); it.${give}();`, 'it')(it);
}

function sendAndReceive(channel) {
  return loop('channel.send(i); channel.receive();', 'channel')(channel);
}

const [group, time] = process.argv.slice(2);
if (group in GROUPS) {
  const batches = Object.entries(GROUPS[group]).map(([name, run]) => ({ name, run }));
  const times = timeBatches(batches, { time: Number(time), warmUp: Number(time) });
  answer(Object.fromEntries(Object.entries(times).map(([name, ns]) => [name, { ns }])));
}
