/** Two producers push two nodes each, one consumer takes all twice; a sequential list is the judge. */
import { check, type Env, linearizable, scenario } from '@sharena/interleave';
import { MpscList } from './mpsc-list.ts';

const HEAD = 0;

const list = linearizable({
  initial: [] as readonly number[],
  apply(nodes: readonly number[], operation: string, args: readonly unknown[]) {
    if (operation === 'push') return { state: [args[0] as number, ...nodes], result: null };
    return { state: [], result: nodes };
  },
});

function push(env: Env<undefined>, nodes: readonly number[]): void {
  const shared = new MpscList(env.words, HEAD);
  for (const node of nodes) {
    list.call(env, 'push', [node], () => {
      shared.push(node);
      return null;
    });
  }
}

function take(env: Env<undefined>): void {
  const shared = new MpscList(env.words, HEAD);
  for (let i = 0; i < 2; i++) list.call(env, 'takeAll', [], () => shared.takeAll());
}

const names: Readonly<Record<number, string>> = { [HEAD]: 'head', 1: 'next of 1', 2: 'next of 2', 3: 'next of 3', 4: 'next of 4' };

export const pushAndTake = scenario({
  name: 'list with take-all',
  memory: 20,
  oracles: [list],
  threads: [
    { name: 'ann', run: (env) => push(env, [1, 2]) },
    { name: 'bob', run: (env) => push(env, [3]) },
    { name: 'cem', run: take },
  ],
  layout: names,
  finally(env) {
    const left = new MpscList(env.words, HEAD).takeAll();
    check(new Set(left).size === left.length, `a node is twice in the list: ${left.join()}`);
  },
});
