import { check, scenario } from '@sharena/interleave';

const [VALUE, READY] = [0, 1] as const;

export const handOver = scenario({
  name: 'hand over a value',
  memory: 8,
  layout: ['value', 'ready'],
  threads: [
    { name: 'giver', run({ words }) {
      Atomics.store(words, READY, 1);
      words[VALUE] = 42;
      Atomics.notify(words, READY);
    } },
    { name: 'taker', run({ words }) {
      Atomics.wait(words, READY, 0);
      check(words[VALUE] === 42, `took ${words[VALUE]}`);
    } },
  ],
});
