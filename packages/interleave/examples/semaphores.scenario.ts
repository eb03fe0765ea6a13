/** Two threads want a permit each; a third posts twice. */
import { check, scenario, type Scenario } from '@sharena/interleave';
import { EdgeSemaphore, LevelSemaphore } from './semaphores.ts';

interface Waitable {
  wait(): void;
  post(): void;
}

function twoPosts(name: string, make: (words: Int32Array) => Waitable): Scenario<undefined> {
  return {
    name,
    memory: 4,
    threads: [
      { name: 'ann', run: (env) => make(env.words).wait() },
      { name: 'bob', run: (env) => make(env.words).wait() },
      {
        name: 'poster',
        run(env) {
          const semaphore = make(env.words);
          semaphore.post();
          semaphore.post();
        },
      },
    ],
    layout: { 0: 'permits' },
    finally: (env) => check(env.words[0] === 0, `${env.words[0]} permits are left`),
  };
}

export const edgeTriggered = scenario(twoPosts('semaphore that notifies when it leaves 0', (words) => new EdgeSemaphore(words, 0)));
export const levelTriggered = scenario(twoPosts('semaphore that always notifies', (words) => new LevelSemaphore(words, 0)));
