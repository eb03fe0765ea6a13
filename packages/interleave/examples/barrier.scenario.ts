/** Two threads pass one barrier twice. After each pass the other must have come as far. */
import { check, type Env, scenario, type Scenario } from '@sharena/interleave';
import { Barrier } from './barrier.ts';
import { type Condition, ConstantCondition, CountingCondition } from './conditions.ts';
import { TwoStateMutex } from './two-state-mutex.ts';

const [LOCK, CONDITION, BARRIER, PASSED] = [0, 1, 2, 4] as const;

type Make = (words: Int32Array) => Condition;

function pass(env: Env<undefined>, make: Make, rounds: number): void {
  const mutex = new TwoStateMutex(env.words, LOCK);
  const barrier = new Barrier(env.words, BARRIER, 2, mutex, make(env.words));
  for (let round = 1; round <= rounds; round++) {
    Atomics.store(env.words, PASSED + env.index, round);
    barrier.wait();
    const other = Atomics.load(env.words, PASSED + 1 - env.index);
    check(other >= round, `${env.name} passed round ${round} while the other was in ${other}`);
    env.forget(round);
  }
}

function twoPasses(name: string, make: Make): Scenario<undefined> {
  return {
    name,
    memory: 24,
    threads: [
      { name: 'ann', run: (env) => pass(env, make, 2) },
      { name: 'bob', run: (env) => pass(env, make, 2) },
    ],
    layout: ['lock', 'condition', 'waiting', 'generation', 'ann has passed', 'bob has passed'],
  };
}

export const constantBarrier = scenario(twoPasses('barrier over a constant condition', (words) => new ConstantCondition(words, CONDITION)));
export const countingBarrier = scenario(twoPasses('barrier over a counting condition', (words) => new CountingCondition(words, CONDITION)));
