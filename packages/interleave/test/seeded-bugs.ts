/** Bugs put into the examples on purpose. Each must be found. */
import type { Mutant, MutantTrial } from '../src/index.ts';

const at = (name: string): URL => new URL(`../examples/${name}`, import.meta.url);

export const seededBugs: readonly Mutant[] = [
  // The futex mutex
  { name: 'unlock wakes nobody', file: at('futex-mutex.ts'), edit: { dropNotify: 'Atomics.notify(' } },
  { name: 'the mutex is taken without comparing', file: at('futex-mutex.ts'), edit: { casToStore: 'Atomics.compareExchange(' } },
  {
    name: 'a sleeper leaves no mark',
    file: at('futex-mutex.ts'),
    edit: {
      replace: 'CONTENDED) !== FREE) Atomics.wait(this.words, this.at, CONTENDED)',
      by: 'HELD) !== FREE) Atomics.wait(this.words, this.at, HELD)',
    },
  },
  { name: 'unlock looks for the wrong mark', file: at('futex-mutex.ts'), edit: { replace: 'FREE) === CONTENDED', by: 'FREE) === HELD' } },
  { name: 'a woken thread does not ask again', file: at('futex-mutex.ts'), edit: { replace: 'while (Atomics.exchange', by: 'if (Atomics.exchange' } },
  // The two-state mutex and the condition
  { name: 'notify before the store', file: at('two-state-mutex.ts'), edit: { swap: ['Atomics.store(', 'Atomics.notify('] } },
  { name: 'two-state unlock wakes nobody', file: at('two-state-mutex.ts'), edit: { dropNotify: 'Atomics.notify(' } },
  {
    name: 'a signal is not counted',
    file: at('conditions.ts'),
    edit: { replace: 'Atomics.add(this.words, this.at, 1);\n    Atomics.notify(this.words, this.at, 1);', by: 'Atomics.notify(this.words, this.at, 1);' },
  },
  {
    name: 'the count is read after the unlock',
    file: at('conditions.ts'),
    edit: {
      replace: 'const signals = Atomics.load(this.words, this.at);\n    mutex.unlock();',
      by: 'mutex.unlock();\n    const signals = Atomics.load(this.words, this.at);',
    },
  },
  {
    name: 'a broadcast wakes one',
    file: at('conditions.ts'),
    edit: { replace: 'Atomics.add(this.words, this.at, 1);\n    Atomics.notify(this.words, this.at);', by: 'Atomics.add(this.words, this.at, 1);\n    Atomics.notify(this.words, this.at, 1);' },
  },
  // The semaphore and the barrier
  { name: 'a permit is taken without comparing', file: at('semaphores.ts'), edit: { casToStore: 'Atomics.compareExchange(' } },
  {
    name: 'the post notifies before it adds',
    file: at('semaphores.ts'),
    edit: {
      replace: 'Atomics.add(this.words, this.at, 1);\n    Atomics.notify(this.words, this.at, 1);',
      by: 'Atomics.notify(this.words, this.at, 1);\n    Atomics.add(this.words, this.at, 1);',
    },
  },
  { name: 'the barrier is not emptied', file: at('barrier.ts'), edit: { drop: 'this.words[this.at + WAITING] = 0' } },
  { name: 'the barrier opens in silence', file: at('barrier.ts'), edit: { drop: 'this.condition.broadcast()' } },
  // The list
  { name: 'a push does not compare', file: at('mpsc-list.ts'), edit: { casToStore: 'Atomics.compareExchange(' } },
  { name: 'a node is not linked', file: at('mpsc-list.ts'), edit: { drop: 'this.words[node] = first' } },
  { name: 'the list stays after it is taken', file: at('mpsc-list.ts'), edit: { replace: 'Atomics.exchange(this.words, this.head, 0)', by: 'Atomics.load(this.words, this.head)' } },
  // The robust lock
  { name: 'the recoverer wakes nobody', file: at('robust-lock.ts'), edit: { replace: 'break;\n    }\n    Atomics.notify(this.words, this.at, 1);', by: 'break;\n    }' } },
  { name: 'the next owner is not told of the death', file: at('robust-lock.ts'), edit: { replace: 'ABANDONED | (word & SLEEPERS)', by: '(word & SLEEPERS)' } },
  { name: 'the mark of the sleepers is lost when the lock is taken', file: at('robust-lock.ts'), edit: { replace: 'taken | (word & SLEEPERS)', by: 'this.self' } },
];

export const trials: readonly MutantTrial[] = [
  { scenarios: at('futex-mutex.scenario.ts') },
  { scenarios: at('conditions.scenario.ts'), only: ['countingWord', 'broadcast'] },
  { scenarios: at('semaphores.scenario.ts'), only: ['levelTriggered'] },
  { scenarios: at('barrier.scenario.ts'), only: ['countingBarrier'] },
  { scenarios: at('mpsc-list.scenario.ts') },
  { scenarios: at('robust-lock.scenario.ts'), options: { crashes: 1 } },
];

/** Not wrong: without the mark a thread never sleeps, but spins until it has the lock. */
export const harmless: Mutant = {
  name: 'a waiter spins instead of sleeping',
  file: at('futex-mutex.ts'),
  edit: { replace: 'exchange(this.words, this.at, CONTENDED)', by: 'exchange(this.words, this.at, HELD)' },
};
