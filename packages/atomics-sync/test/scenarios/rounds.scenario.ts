/** Barriers and onces, compatible and placed. */
import { check, type Env, scenario } from '@sharena/interleave';
import { Barrier } from '../../src/barrier.ts';
import { type BarrierObject, CompatibleBarrier } from '../../src/compatible/barrier.ts';
import { CompatibleMutex } from '../../src/compatible/mutex.ts';
import { BrokenError } from '../../src/errors.ts';
import { Once } from '../../src/once.ts';
import { person } from './people.ts';
import { recoverer } from './recoverer.ts';

const wide = (env: Env): BarrierObject => ({
  barrier: new BigInt64Array(env.buffer, 0, 3),
  mutex: new Int32Array(env.buffer, 24, 2),
  cond: new Int32Array(env.buffer, 32, 1),
});
const staticBase = {
  memory: 40,
  layout: [
    'count',
    'count high',
    'waited',
    'waited high',
    'generation',
    'generation high',
    'sleepers',
    'owner',
    'cond',
    'arrivals',
  ],
};
const ARRIVALS = 9;

const passStatic =
  (passes: number) =>
  (env: Env, id: number): number => {
    let last = 0;
    for (let i = 0; i < passes; i++) {
      Atomics.add(env.words, ARRIVALS, 1);
      if (CompatibleBarrier.wait(wide(env), id)) last++;
      check(Atomics.load(env.words, ARRIVALS) >= 2 * (i + 1), 'passed before the other arrived');
    }
    return last;
  };

export const staticTwo = scenario({
  ...staticBase,
  name: 'static barrier: two threads, two passes',
  setup: (env) => {
    Atomics.store(wide(env).barrier, 0, 2n);
  },
  threads: [person('ann', passStatic(2)), person('bob', passStatic(2))],
  finally: (_, { values }) =>
    check((values['ann'] as number) + (values['bob'] as number) === 2, 'not one last for each pass'),
});

export const staticThree = scenario({
  ...staticBase,
  name: 'static barrier: three threads, one pass',
  setup: (env) => {
    Atomics.store(wide(env).barrier, 0, 3n);
  },
  threads: ['ann', 'bob', 'cem'].map((name) =>
    person(name, (env: Env, id) => {
      Atomics.add(env.words, ARRIVALS, 1);
      const isLast = CompatibleBarrier.wait(wide(env), id);
      check(Atomics.load(env.words, ARRIVALS) === 3, 'passed before all arrived');
      return isLast;
    }),
  ),
});

/** One thread has arrived and sleeps. The last to arrive dies somewhere on its way, and is replaced if it was not counted. */
export const staticDying = scenario({
  ...staticBase,
  name: 'static barrier: the last to arrive may die, and is replaced',
  setup: (env) => {
    Atomics.store(wide(env).barrier, 0, 2n);
    Atomics.store(wide(env).barrier, 1, 1n);
  },
  threads: [
    person(
      'ann',
      (env: Env, id) => {
        CompatibleBarrier.wait(wide(env), id);
      },
      true,
    ),
    person('bob', (env: Env) => {
      const { barrier } = wide(env);
      while (Atomics.load(barrier, 2) === 0n) Atomics.wait(barrier, 2, 0n);
    }),
    {
      name: 'recoverer',
      run(env: Env) {
        if (env.untilDeath() === undefined) return;
        const object = wide(env);
        CompatibleBarrier.recover(object, 1);
        check(CompatibleMutex.tryLock(object.mutex, 77), 'the mutex is not free');
        CompatibleMutex.unlock(object.mutex, 77);
        if (Atomics.load(object.barrier, 2) === 0n)
          check(CompatibleBarrier.wait(object, 5), 'its replacement is not the last');
      },
    },
  ],
});

const base = { memory: 12, layout: ['parties', 'state', 'arrivals'] };
const at = (env: Env, owner: number): Barrier => Barrier.at(env.buffer, 0, { owner });
const pass =
  (parties: number, passes: number) =>
  (env: Env, owner: number): number => {
    let last = 0;
    for (let i = 0; i < passes; i++) {
      Atomics.add(env.words, 2, 1);
      if (at(env, owner).wait() === 'last') last++;
      check(Atomics.load(env.words, 2) >= parties * (i + 1), 'passed before all arrived');
    }
    return last;
  };

export const placedTwo = scenario({
  ...base,
  name: 'placed barrier: two threads, two passes',
  setup: (env) => {
    Barrier.format(env.buffer, 0, 2);
  },
  threads: [person('ann', pass(2, 2)), person('bob', pass(2, 2))],
  finally: (_, { values }) =>
    check((values['ann'] as number) + (values['bob'] as number) === 2, 'not one last for each pass'),
});

export const placedThree = scenario({
  ...base,
  name: 'placed barrier: three threads, one pass',
  setup: (env) => {
    Barrier.format(env.buffer, 0, 3);
  },
  threads: [person('ann', pass(3, 1)), person('bob', pass(3, 1)), person('cem', pass(3, 1))],
});

/** Who gives up has not arrived: the other two must not pass by its arrival. */
export const placedTimed = scenario({
  ...base,
  name: 'placed barrier: one gives up, two pass',
  setup: (env) => {
    Barrier.format(env.buffer, 0, 2);
  },
  threads: [
    person('ann', (env: Env, owner) => {
      Atomics.add(env.words, 2, 1);
      const passed = at(env, owner).wait({ timeout: 5 });
      if (passed === false) Atomics.sub(env.words, 2, 1);
      return passed;
    }),
    person('bob', (env: Env, owner) => {
      Atomics.add(env.words, 2, 1);
      const passed = at(env, owner).wait({ timeout: 5 });
      if (passed === false) Atomics.sub(env.words, 2, 1);
      return passed;
    }),
  ],
  finally: (env, { values }) => {
    check(
      (values['ann'] === false) === (values['bob'] === false),
      `one passed alone: ${values['ann']}, ${values['bob']}`,
    );
    check((Atomics.load(env.words, 1) & 0x3ff) === 0, 'an arrival is left');
  },
});

export const placedDying = scenario({
  ...base,
  name: 'placed barrier: a thread may die, and the others learn',
  setup: (env) => {
    Barrier.format(env.buffer, 0, 3);
  },
  threads: [
    person(
      'ann',
      (env: Env, owner) => {
        at(env, owner).wait();
      },
      true,
    ),
    ...['bob', 'cem'].map((name) =>
      person(name, (env: Env, owner) => {
        try {
          return at(env, owner).wait();
        } catch (error) {
          if (error instanceof BrokenError) return 'broken';
          throw error;
        }
      }),
    ),
    recoverer((env: Env, dead) => {
      at(env, 5).recover(dead);
    }),
  ],
});

const onceBase = { memory: 8, layout: ['once', 'runs'] };
const runIt = (env: Env, owner: number): void => {
  Once.at(env.buffer, 0, { owner }).run(() => {
    env.words[1]!++;
  });
  check(env.words[1]! >= 1, 'it went on before the function had run');
};

export const onceThree = scenario({
  ...onceBase,
  name: 'once: three threads',
  threads: [person('ann', runIt), person('bob', runIt), person('cem', runIt)],
  finally: (env) => check(env.words[1] === 1, `run ${env.words[1]} times`),
});

export const onceThrows = scenario({
  ...onceBase,
  name: 'once: the first function throws',
  threads: [
    person('ann', (env: Env, owner) => {
      try {
        Once.at(env.buffer, 0, { owner }).run(() => {
          throw new Error('no');
        });
      } catch (error) {
        if (!(error instanceof Error) || error.message !== 'no') throw error;
      }
    }),
    person('bob', runIt),
    person('cem', runIt),
  ],
  finally: (env) => check(env.words[1] === 1, `run ${env.words[1]} times`),
});

export const onceDying = scenario({
  ...onceBase,
  name: 'once: whoever runs it may die',
  threads: [
    person('ann', runIt, true),
    person('bob', runIt, true),
    person('cem', runIt),
    recoverer((env: Env, dead) => {
      Once.at(env.buffer, 0, { owner: 5 }).recover(dead);
    }),
  ],
});
