/** primitives <group> <ms>: what one operation on a word takes one thread, in a loop of a thousand; tinybench takes the time. */
import { timeBatches } from '@sharena/measure';
import { answer } from '../run/program.js';

/** Operations as source text: a loop for each, compiled for its own types. */
export const GROUPS = {
  'one word of a SharedArrayBuffer, one thread': {
    'plain load and store': 'words[0] += i;',
    'Atomics.load': 'sum = (sum + Atomics.load(words, 0)) | 0;',
    'Atomics.store': 'Atomics.store(words, 0, i);',
    'Atomics.add': 'Atomics.add(words, 0, 1);',
    'Atomics.or': 'Atomics.or(words, 0, 1);',
    'Atomics.exchange': 'sum = (sum + Atomics.exchange(words, 0, i)) | 0;',
    'Atomics.compareExchange': 'Atomics.compareExchange(words, 0, i - 1, i);',
    'Atomics.compareExchange, 64 bits': 'Atomics.compareExchange(longs, 0, 0n, 0n);',
    'Atomics.notify, nobody waits': 'Atomics.notify(words, 0, 1);',
    'Atomics.wait, the value is another': 'Atomics.wait(words, 0, -1);',
  },
  'one word of an ArrayBuffer, one thread': {
    'plain load and store': 'own[0] += i;',
    'Atomics.load': 'sum = (sum + Atomics.load(own, 0)) | 0;',
    'Atomics.add': 'Atomics.add(own, 0, 1);',
    'Atomics.compareExchange': 'Atomics.compareExchange(own, 0, i - 1, i);',
  },
};

const [group, time] = process.argv.slice(2);
if (group in GROUPS) {
  const words = new Int32Array(new SharedArrayBuffer(64));
  const longs = new BigInt64Array(new SharedArrayBuffer(64));
  const own = new Int32Array(16);
  const batches = Object.entries(GROUPS[group]).map(([name, body]) => {
    const loop = `return (n) => { let sum = 0; for (let i = 0; i < n; i++) { ${body} } return sum; };`;
    return { name, run: new Function('words', 'longs', 'own', loop)(words, longs, own) };
  });
  const times = timeBatches(batches, { time: Number(time), warmUp: Number(time) });
  answer(Object.fromEntries(Object.entries(times).map(([name, ns]) => [name, { ns }])));
}
