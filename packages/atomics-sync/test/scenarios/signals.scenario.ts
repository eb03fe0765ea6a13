/** Events, latches, wait groups. */
import { check, type Env, scenario } from '@sharena/interleave';
import { ZeroWaiting } from '../../src/countdown.ts';
import { BrokenError } from '../../src/errors.ts';
import { Event } from '../../src/event.ts';
import { Latch, WaitGroup } from '../../src/latch.ts';
import { block } from '../../src/waiting.ts';
import { person } from './people.ts';
import { recoverer } from './recoverer.ts';

const base = { memory: 8, layout: ['word', 'flag'] };
const FLAG = 1;
const event = (env: Env, owner: number): Event => Event.at(env.buffer, 0, { owner });
const latch = (env: Env, owner: number): Latch => Latch.at(env.buffer, 0, { owner });
const group = (env: Env, owner: number): WaitGroup => WaitGroup.at(env.buffer, 0, { owner });
const awaitEvent = (env: Env, owner: number): void => {
  check(event(env, owner).wait(), 'a wait without limit ended');
  check(env.words[FLAG] === 1, 'went on before the event');
};

export const eventThree = scenario({
  ...base,
  name: 'event: two wait, one sets',
  threads: [
    person('ann', awaitEvent),
    person('bob', awaitEvent),
    person('cem', (env: Env, owner) => {
      env.words[FLAG] = 1;
      event(env, owner).set();
    }),
  ],
});

/** The second wait begins after the first, so a set and a reset in between must not leave it asleep: there is another set. */
export const eventPulse = scenario({
  ...base,
  name: 'event: set, reset, set',
  threads: [
    person('ann', (env: Env, owner) => {
      check(event(env, owner).wait(), 'not set');
    }),
    person('bob', (env: Env, owner) => {
      check(event(env, owner).wait(), 'not set');
    }),
    person('cem', (env: Env, owner) => {
      const it = event(env, owner);
      it.set();
      it.reset();
      it.set();
    }),
  ],
});

/** Nobody sets it again: who had begun to wait before the set must go on. */
export const eventOnePulse = scenario({
  ...base,
  name: 'event: a waiter asleep does not miss a pulse',
  threads: [
    person('ann', (env: Env, owner) => {
      Atomics.store(env.words, FLAG, 1);
      return event(env, owner).wait();
    }),
    person('bob', (env: Env, owner) => {
      const it = event(env, owner);
      // Its sleeper's bit says that ann has begun.
      while ((Atomics.load(env.words, 0) & 2) === 0);
      it.set();
      it.reset();
    }),
  ],
});

export const eventDying = scenario({
  ...base,
  name: 'event: the setter may die',
  threads: [
    person('ann', (env: Env, owner) => {
      event(env, owner).wait();
    }),
    person(
      'bob',
      (env: Env, owner) => {
        event(env, owner).set();
      },
      true,
    ),
    recoverer((env: Env, dead) => {
      const it = event(env, 5);
      it.recover(dead);
      it.set();
    }),
  ],
});

/** If the setter dies between its swap and its notify, recovery alone must do. */
export const eventDyingSet = scenario({
  ...base,
  name: 'event: the setter may die before it wakes anybody',
  threads: [
    person('ann', (env: Env, owner) => {
      event(env, owner).wait();
    }),
    person(
      'bob',
      (env: Env, owner) => {
        event(env, owner).set();
      },
      true,
    ),
    recoverer((env: Env, dead) => {
      const it = event(env, 5);
      it.recover(dead);
      if (!it.isSet) it.set();
    }),
  ],
});

const awaitZero =
  (it: (env: Env, owner: number) => Latch | WaitGroup) =>
  (env: Env, owner: number): string => {
    try {
      it(env, owner).wait();
      return 'zero';
    } catch (error) {
      if (error instanceof BrokenError) return 'broken';
      throw error;
    }
  };

export const latchThree = scenario({
  ...base,
  name: 'latch: two count down, one waits',
  setup: (env) => {
    Latch.format(env.buffer, 0, 2);
  },
  threads: [
    person('ann', (env: Env, owner) => {
      latch(env, owner).countDown();
    }),
    person('bob', (env: Env, owner) => {
      latch(env, owner).countDown();
    }),
    person('cem', awaitZero(latch)),
  ],
  finally: (_, { values }) => check(values['cem'] === 'zero', `${values['cem']}`),
});

export const latchDying = scenario({
  ...base,
  name: 'latch: who counts down may die',
  setup: (env) => {
    Latch.format(env.buffer, 0, 2);
  },
  threads: [
    person(
      'ann',
      (env: Env, owner) => {
        latch(env, owner).countDown();
      },
      true,
    ),
    person('bob', (env: Env, owner) => {
      latch(env, owner).countDown();
    }),
    person('cem', awaitZero(latch)),
    recoverer((env: Env, dead) => {
      latch(env, 5).recover(dead);
    }),
  ],
});

export const groupThree = scenario({
  ...base,
  name: 'wait group: a waiter sees a zero that is over at once',
  setup: (env) => {
    WaitGroup.at(env.buffer).add(1);
  },
  threads: [
    person('ann', (env: Env) => {
      const waiting = new ZeroWaiting(env.words, 0);
      Atomics.store(env.words, FLAG, 1);
      return block(waiting, Infinity);
    }),
    person('bob', (env: Env, owner) => {
      const it = group(env, owner);
      while (Atomics.load(env.words, FLAG) === 0);
      it.done();
      it.add(1);
    }),
  ],
});
