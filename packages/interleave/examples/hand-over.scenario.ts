import { check, type Env, scenario } from '@sharena/interleave';

const [VALUE, READY] = [0, 1] as const;

function give({ words }: Env): void {
  Atomics.store(words, READY, 1);
  words[VALUE] = 42;
  Atomics.notify(words, READY);
}

function take({ words }: Env): void {
  Atomics.wait(words, READY, 0);
  check(words[VALUE] === 42, `took ${words[VALUE]}`);
}

export const handOver = scenario({
  name: 'hand over a value',
  memory: 8,
  layout: ['value', 'ready'],
  threads: [
    { name: 'giver', run: give },
    { name: 'taker', run: take },
  ],
});
