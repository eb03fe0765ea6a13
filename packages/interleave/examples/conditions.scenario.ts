/** A producer sets a flag under the mutex and signals; a consumer sleeps until the flag is set. */
import { check, type Env, scenario, type Scenario } from '@sharena/interleave';
import { type Condition, ConstantCondition, CountingCondition } from './conditions.ts';
import { TwoStateMutex } from './two-state-mutex.ts';

const LOCK = 0;
const CONDITION = 1;
const READY = 2;
const layout: Readonly<Record<number, string>> = { [LOCK]: 'lock', [CONDITION]: 'condition', [READY]: 'ready' };

type Make = (words: Int32Array) => Condition;

function consume(env: Env<undefined>, make: Make): void {
  const mutex = new TwoStateMutex(env.words, LOCK);
  const condition = make(env.words);
  mutex.lock();
  while (env.words[READY] === 0) condition.wait(mutex);
  env.words[READY]!--;
  mutex.unlock();
}

function produce(env: Env<undefined>, make: Make): void {
  const mutex = new TwoStateMutex(env.words, LOCK);
  mutex.lock();
  env.words[READY]!++;
  mutex.unlock();
  make(env.words).signal();
}

function handOver(name: string, make: Make): Scenario<undefined> {
  return {
    name,
    memory: 12,
    threads: [
      { name: 'consumer', run: (env) => consume(env, make) },
      { name: 'producer', run: (env) => produce(env, make) },
    ],
    layout,
    finally: (env) => check(env.words[READY] === 0, 'what was produced was not consumed'),
  };
}

export const constantWord = scenario(handOver('condition on a constant word', (words) => new ConstantCondition(words, CONDITION)));
export const countingWord = scenario(handOver('condition that counts signals', (words) => new CountingCondition(words, CONDITION)));

/** Three threads: two sleepers need two signals, or one broadcast. */
export const broadcast = scenario({
  name: 'broadcast of a counting condition',
  memory: 12,
  threads: [
    { name: 'ann', run: (env) => awaitFlag(env) },
    { name: 'bob', run: (env) => awaitFlag(env) },
    { name: 'cem', run: (env) => raiseFlag(env) },
  ],
  layout,
});

function awaitFlag(env: Env<undefined>): void {
  const mutex = new TwoStateMutex(env.words, LOCK);
  const condition = new CountingCondition(env.words, CONDITION);
  mutex.lock();
  while (env.words[READY] === 0) condition.wait(mutex);
  mutex.unlock();
}

function raiseFlag(env: Env<undefined>): void {
  const mutex = new TwoStateMutex(env.words, LOCK);
  mutex.lock();
  env.words[READY] = 1;
  mutex.unlock();
  new CountingCondition(env.words, CONDITION).broadcast();
}
