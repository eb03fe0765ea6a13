/**
 * Shows that code which is explored costs nothing in production: it is not changed, so it is as fast as the same code written by
 * hand into the loop. Alternating runs, medians, the ratio. Needs no build: the classes are taken from the examples.
 */
import { readFile } from 'node:fs/promises';
import ts from 'typescript';

async function production(name) {
  const text = await readFile(new URL(`../examples/${name}.ts`, import.meta.url), 'utf8');
  const { outputText } = ts.transpileModule(text, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } });
  return import(`data:text/javascript,${encodeURIComponent(outputText)}`);
}

const { FutexMutex } = await production('futex-mutex');
const { MpscList } = await production('mpsc-list');
const PAIRS = 2_000_000;
const ROUNDS = 15;

function lockByClass(words) {
  const mutex = new FutexMutex(words, 0);
  for (let i = 0; i < PAIRS; i++) {
    mutex.lock();
    mutex.unlock();
  }
}

function lockByHand(words) {
  for (let i = 0; i < PAIRS; i++) {
    if (Atomics.compareExchange(words, 0, 0, 1) !== 0) {
      while (Atomics.exchange(words, 0, 2) !== 0) Atomics.wait(words, 0, 2);
    }
    if (Atomics.exchange(words, 0, 0) === 2) Atomics.notify(words, 0, 1);
  }
}

function pushByClass(words) {
  const list = new MpscList(words, 0);
  for (let i = 0; i < PAIRS; i++) {
    list.push(1 + (i & 7));
    if ((i & 7) === 7) list.takeAll();
  }
}

function pushByHand(words) {
  for (let i = 0; i < PAIRS; i++) {
    const node = 1 + (i & 7);
    for (;;) {
      const first = Atomics.load(words, 0);
      words[node] = first;
      if (Atomics.compareExchange(words, 0, first, node) === first) break;
    }
    if ((i & 7) === 7) {
      const taken = [];
      for (let next = Atomics.exchange(words, 0, 0); next !== 0; next = words[next]) taken.push(next);
    }
  }
}

function time(run) {
  const words = new Int32Array(new SharedArrayBuffer(64));
  const start = performance.now();
  run(words);
  return ((performance.now() - start) * 1e6) / PAIRS;
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

for (const [name, byClass, byHand] of [['futex mutex, lock and unlock', lockByClass, lockByHand], ['list, push', pushByClass, pushByHand]]) {
  const times = [[], []];
  for (let round = -3; round < ROUNDS; round++) {
    const pair = round % 2 === 0 ? [time(byClass), time(byHand)] : [time(byHand), time(byClass)].reverse();
    if (round < 0) continue;
    times[0].push(pair[0]);
    times[1].push(pair[1]);
  }
  const [asIs, hand] = times.map(median);
  console.log(`${name}: ${asIs.toFixed(1)} ns as written, ${hand.toFixed(1)} ns by hand, ratio ${(asIs / hand).toFixed(2)}`);
}
