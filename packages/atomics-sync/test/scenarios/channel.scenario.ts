/** The channel: what is sent arrives once and in order, and nobody waits for the dead. */
import { check, type Env, scenario } from '@sharena/interleave';
import { Channel } from '../../src/channel.ts';
import { ClosedError } from '../../src/errors.ts';
import { person } from './people.ts';
import { recoverer } from './recoverer.ts';

const layout = [
  'section',
  'closed',
  'head',
  'tail',
  'receivers',
  'senders',
  'sent',
  'received',
  'capacity',
  'ring 0',
  'ring 1',
];
const at = (env: Env, owner: number): Channel => Channel.at(env.buffer, 0, { owner });
const base = (capacity: number) => ({
  memory: (9 + capacity) * 4,
  layout,
  setup: (env: Env<undefined>): void => {
    Channel.format(env.buffer, 0, capacity);
  },
});

const send =
  (...values: readonly number[]) =>
  (env: Env, owner: number): void => {
    const it = at(env, owner);
    for (let i = 0; i < values.length; i++) check(it.send(values[i]!), 'a send without limit ended');
  };

const receive =
  (count: number) =>
  (env: Env, owner: number): number[] => {
    const it = at(env, owner);
    const got: number[] = [];
    for (let i = 0; i < count; i++) got.push(it.receive() ?? -1);
    return got;
  };

const receiveAll = (env: Env, owner: number): number[] => {
  const it = at(env, owner);
  const got: number[] = [];
  for (let value = it.receive(); value !== undefined; value = it.receive()) got.push(value);
  return got;
};

function all(values: Readonly<Record<string, unknown>>): string {
  return Object.values(values)
    .filter((value) => Array.isArray(value))
    .flat()
    .sort()
    .join();
}

export const order = scenario({
  ...base(1),
  name: 'channel: three words through one place',
  threads: [person('ann', send(1, 2, 3)), person('bob', receive(3))],
  finally: (_, { values }) => check(`${values['bob']}` === '1,2,3', `received ${values['bob']}`),
});

export const twoReceivers = scenario({
  ...base(2),
  name: 'channel: two words wake two receivers',
  threads: [person('ann', send(1, 2)), person('bob', receive(1)), person('cem', receive(1))],
  finally: (_, { values }) => check(all(values) === '1,2', `received ${all(values)}`),
});

export const twoSenders = scenario({
  ...base(1),
  name: 'channel: two senders, one place',
  threads: [person('ann', send(1)), person('bob', send(2)), person('cem', receive(2))],
  finally: (_, { values }) => check(all(values) === '1,2', `received ${all(values)}`),
});

export const closing = scenario({
  ...base(1),
  name: 'channel: closed while one receives and one sends',
  threads: [
    person('ann', (env: Env, owner) => {
      try {
        at(env, owner).send(1);
        return 'sent';
      } catch (error) {
        if (error instanceof ClosedError) return 'closed';
        throw error;
      }
    }),
    person('bob', receiveAll),
    person('cem', (env: Env, owner) => {
      at(env, owner).close();
    }),
  ],
  finally: (_, { values }) =>
    check(all(values) === (values['ann'] === 'sent' ? '1' : ''), `${values['ann']}, received ${all(values)}`),
});

export const timed = scenario({
  ...base(1),
  name: 'channel: a receiver with a time limit, and one without',
  threads: [
    person('ann', (env: Env, owner) => {
      const got = at(env, owner).receive({ timeout: 5 });
      return got === undefined ? [] : [got];
    }),
    person('bob', receiveAll),
    person('cem', (env: Env, owner) => {
      const it = at(env, owner);
      it.send(1);
      it.close();
    }),
  ],
  finally: (_, { values }) => check(all(values) === '1', `received ${all(values)}`),
});

/** Whatever the sender has done when it dies, the receiver gets what was sent, and the recoverer can send and close. */
export const dyingSender = scenario({
  ...base(1),
  name: 'channel: the sender may die',
  threads: [
    person('ann', send(1, 2), true),
    person('bob', receiveAll),
    {
      name: 'recoverer',
      run(env: Env) {
        const it = at(env, 5);
        if (env.untilDeath() !== undefined) it.recover(1);
        it.close();
      },
    },
  ],
  finally: (_, { values }) => check(['', '1', '1,2'].includes(`${values['bob']}`), `received ${values['bob']}`),
});

export const dyingReceiver = scenario({
  ...base(1),
  name: 'channel: one of two receivers may die',
  threads: [
    person('ann', receive(1), true),
    person('bob', receive(1)),
    person('cem', send(1, 2)),
    recoverer((env: Env, dead) => {
      at(env, 5).recover(dead);
    }),
  ],
});
