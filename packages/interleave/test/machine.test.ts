/** What the machine models besides plain steps: time-outs, waitAsync, races, spins, crashes, module state. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Exploration, type ExploreOptions, explore, loadScenarios } from '../src/index.ts';

let folder: string;
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'machine-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Explores a scenario given as source: the body of `scenario({ … })`, and what stands before it. */
async function exploring(definition: string, options: ExploreOptions = {}, before = ''): Promise<Exploration> {
  const path = join(folder, `s${files++}.ts`);
  await writeFile(
    path,
    `import { check, ghostHeap, linearizable, lockWatch, scenario } from '@sharena/interleave';
void [check, ghostHeap, linearizable, lockWatch];
${before}
export const one = scenario<undefined>({ name: 'one', memory: 64, ${definition} });
`,
  );
  return explore((await loadScenarios(path)).get('one'), options);
}

const strategies = ['exhaustive', 'random', 'pct', 'urw'] as const;

describe('waiting', () => {
  test('a time-out is a choice, and moves the private clock', async () => {
    const both = `threads: [
      { name: 'a', run(env) {
        const start = performance.now();
        const end = Atomics.wait(env.words, 0, 0, 25);
        check(end === 'timed-out' ? performance.now() === start + 25 : performance.now() === start, 'the clock is wrong');
        Atomics.store(env.words, 1, end === 'ok' ? 1 : end === 'timed-out' ? 2 : 3);
      } },
      { name: 'b', run(env) { Atomics.store(env.words, 0, 1); Atomics.notify(env.words, 0); } }],`;
    for (const end of [1, 2, 3]) {
      const found = await exploring(`${both} finally(env) { check(env.words[1] !== ${end}, 'came to ${end}'); }`);
      expect(found.failure?.message).toBe(`came to ${end}`);
    }
    const passed = await exploring(`${both} finally(env) { check(env.words[1] !== 0, 'no end'); }`);
    expect(passed).toMatchObject({ failure: null, complete: true });
  });

  test('sleepers are woken in the order in which they went to sleep', async () => {
    const found = await exploring(
      `threads: [
      { name: 'a', run(env) { Atomics.wait(env.words, 0, 0); Atomics.store(env.words, 2, Atomics.add(env.words, 1, 1) + 1); } },
      { name: 'b', run(env) { while (Atomics.load(env.words, 4) === 0); Atomics.wait(env.words, 0, 0); Atomics.store(env.words, 3, Atomics.add(env.words, 1, 1) + 1); } },
      { name: 'c', run(env) {
        while (Atomics.notify(env.words, 0, 0) < 0);
        Atomics.store(env.words, 4, 1);
        let woken = 0;
        while (woken < 2) woken += Atomics.notify(env.words, 0, 1);
      } }],`,
      { strategy: 'random', runs: 300 },
    );
    expect(found.failure).toBeNull();
  });

  test('waitAsync: a ticket that is awaited later, notified or timed out', async () => {
    const body = (timeout: string): string => `threads: [
      { name: 'a', async run(env) {
        const wait = Atomics.waitAsync(env.words, 0, 0${timeout});
        Atomics.store(env.words, 1, 1);
        const end = wait.async ? await wait.value : wait.value;
        Atomics.store(env.words, 2, end === 'ok' ? 1 : 2);
      } },
      { name: 'b', run(env) { Atomics.store(env.words, 0, 1); Atomics.notify(env.words, 0); } }],`;
    expect(await exploring(`${body('')} finally(env) { check(env.words[2] !== 0, 'no end'); }`)).toMatchObject({
      failure: null,
      complete: true,
    });
    expect(
      (await exploring(`${body('')} finally(env) { check(env.words[2] !== 1, 'was notified'); }`)).failure?.message,
    ).toBe('was notified');
    const silent = `threads: [{ name: 'a', async run(env) { const w = Atomics.waitAsync(env.words, 0, 0); if (w.async) await w.value; } }],`;
    expect((await exploring(silent)).failure?.kind).toBe('deadlock');
    const timed = silent.replace('words, 0, 0)', 'words, 0, 0, 5)');
    expect(await exploring(timed)).toMatchObject({ failure: null, complete: true });
  });
});

describe('what goes wrong is told apart', () => {
  const deadlock = `threads: [
    { name: 'a', run(env) { Atomics.wait(env.words, 0, 0); } },
    { name: 'b', run(env) { Atomics.wait(env.words, 1, 0); } }],`;
  const livelock = `threads: [
    { name: 'a', run(env) { while (Atomics.load(env.words, 0) === 0) while (Atomics.compareExchange(env.words, 1, 5, 6) !== 5 && Atomics.load(env.words, 0) === 0); } },
    { name: 'b', run(env) { Atomics.load(env.words, 0); } }],`;
  const circle = `threads: [
    { name: 'a', run(env) { for (;;) { Atomics.store(env.words, 0, 1); if (Atomics.load(env.words, 1) === 0) return; Atomics.store(env.words, 0, 0); } } },
    { name: 'b', run(env) { for (;;) { Atomics.store(env.words, 1, 1); if (Atomics.load(env.words, 0) === 0) return; Atomics.store(env.words, 1, 0); } } }],`;
  const endless = `threads: [{ name: 'a', run(env) { for (;;) Atomics.add(env.words, 0, 1); } }],`;
  const bounds = `threads: [{ name: 'a', run(env) { env.words[99] = 1; } }],`;

  test.each(strategies)('%s', async (strategy) => {
    const options = { strategy, runs: 2000, time: 8000, maxSteps: 300 } as const;
    expect((await exploring(deadlock, options)).failure?.kind).toBe('deadlock');
    expect((await exploring(livelock, options)).failure?.kind).toBe('livelock');
    expect((await exploring(endless, options)).failure?.kind).toBe('step limit');
    expect((await exploring(bounds, options)).failure?.kind).toBe('out of bounds');
  });

  test('two threads that give way to each other for ever', { timeout: 20_000 }, async () => {
    const found = await exploring(circle, { maxSteps: 200 });
    expect(found.failure?.kind).toBe('livelock');
    expect(found.failure?.message).toContain('repeats the same');
  });

  test('a spin that ends by itself is no livelock', async () => {
    const bounded = `threads: [{ name: 'a', run(env) { for (let i = 0; i < 50 && Atomics.load(env.words, 0) === 0; i++); Atomics.store(env.words, 1, 1); } }, { name: 'b', run(env) { Atomics.load(env.words, 1); } }],`;
    expect(await exploring(`${bounded} finally(env) { check(env.words[1] === 1, 'not set'); }`)).toMatchObject({
      failure: null,
      complete: true,
    });
  });
});

describe('races', () => {
  const racing = (comment: string): string => `threads: [
    { name: 'a', run(env) {
      env.words[0] = 1;
    } },
    { name: 'b', run(env) {
      ${comment}
      Atomics.store(env.words, 1, env.words[0]!);
    } }],`;

  test.each(strategies)('%s sees one, and believes a reason', async (strategy) => {
    const options = { strategy, runs: 50 } as const;
    const found = await exploring(racing(''), options);
    expect(found.failure?.kind).toBe('race');
    expect(found.failure?.message).toMatch(
      /plain (write of a|read of b) at s\d+\.ts:\d+ and the plain (write of a|read of b)/,
    );
    const excused = await exploring(racing('// benign: only a hint'), options);
    expect(excused.failure).toBeNull();
    expect(excused.benign).toEqual([{ reason: 'only a hint', where: expect.stringMatching(/\.ts:10$/) as string }]);
    const declared = await exploring(`${racing('')} benign: [{ from: 0, to: 1, reason: 'a statistic' }],`, options);
    expect(declared.failure).toBeNull();
    expect(declared.benign[0]?.reason).toBe('a statistic');
  });

  test.each(strategies)('%s sees none where an atomic orders the two', async (strategy) => {
    const found = await exploring(
      `threads: [
      { name: 'a', run(env) { env.words[0] = 7; Atomics.store(env.words, 1, 1); Atomics.notify(env.words, 1); } },
      { name: 'b', run(env) { Atomics.wait(env.words, 1, 0); check(env.words[0] === 7, 'not published'); } }],`,
      { strategy, runs: 300 },
    );
    expect(found.failure).toBeNull();
  });

  test('bytes of one word do not race; overlapping views of other widths do', async () => {
    const bytes = (other: number): string => `threads: [
      { name: 'a', run(env) { env.bytes[0] = 1; } },
      { name: 'b', run(env) { env.bytes[${other}] = 1; } }],`;
    expect((await exploring(bytes(1))).failure).toBeNull();
    expect((await exploring(bytes(0))).failure?.kind).toBe('race');
    const wide = `threads: [
      { name: 'a', run(env) { new Float64Array(env.buffer)[0] = 0.5; } },
      { name: 'b', run(env) { env.words[0] = 1; } }],`;
    expect((await exploring(wide)).failure?.kind).toBe('race');
  });

  test('a death orders what was before it', async () => {
    const recovery = `threads: [
      { name: 'a', mortal: true, run(env) { env.words[0] = 1; env.words[1] = 1; } },
      { name: 'b', run(env) { if (env.untilDeath() === 'a') { env.words[0] = 0; env.words[1] = 0; } } }],`;
    for (const strategy of ['exhaustive', 'random'] as const) {
      expect((await exploring(recovery, { strategy, runs: 500, crashes: 1 })).failure).toBeNull();
    }
  });
});

describe('crashes', () => {
  const pair = `threads: [
    { name: 'a', mortal: true, run(env) { try { env.words[0] = 1; env.words[1] = 1; } finally { Atomics.store(env.words, 2, 1); } } }],`;

  test('a thread can die between two plain stores, and its finally blocks do not run', async () => {
    const found = await exploring(
      `${pair} finally(env, { dead }) { check(!(dead.length === 1 && env.words[0] === 1 && env.words[1] === 0 && env.words[2] === 0), 'between'); }`,
      { crashes: 1 },
    );
    expect(found.failure?.message).toBe('between');
    expect(found.failure?.replay).toBe('1:one:1:aa!');
    expect((await exploring(`${pair} finally(env) { check(env.words[2] === 1, 'dead'); }`)).failure).toBeNull();
  });

  test('a recoverer may die too, and the next one hears of both', async () => {
    const body = `threads: [
      { name: 'a', mortal: true, run(env) { Atomics.store(env.words, 0, 1); } },
      { name: 'b', mortal: true, run(env) { while (env.untilDeath() !== undefined) Atomics.add(env.words, 1, 1); } },
      { name: 'c', run(env) { let told = ''; for (let d = env.untilDeath(); d !== undefined; d = env.untilDeath()) told += d; return told; } }],`;
    for (const told of ['', 'a', 'b', 'ab', 'ba']) {
      const found = await exploring(`${body} finally(_env, { values }) { check(values['c'] !== '${told}', 'told'); }`, {
        crashes: 2,
      });
      expect(found.failure?.message, told).toBe('told');
    }
    expect(await exploring(body, { crashes: 2 })).toMatchObject({ failure: null, complete: true });
  });
});

test('module state belongs to a thread, and to one run', async () => {
  const found = await exploring(
    `threads: ['a', 'b'].map((name) => ({ name, run(env: { words: Int32Array }) {
    counter++;
    for (let i = 0; i < 3; i++) Atomics.add(env.words, 0, i);
    counter++;
    check(counter === 2, 'the counter is ' + counter);
  } })),`,
    {},
    'let counter = 0;',
  );
  expect(found).toMatchObject({ failure: null, complete: true });
  expect(found.schedules).toBeGreaterThan(2);
});

test.each([
  ['an object', 'const kept = { rounds: 0 };', 'kept.rounds++ === 0'],
  ['another name of an object', 'const made = { rounds: 0 };\nconst kept = made;', 'kept.rounds++ === 0'],
  ['an expression that remembers where it ended', 'const kept = /a/g;', "kept.test('a')"],
])('%s at the top of a module belongs to one run, too', async (_, before, isFirst) => {
  const found = await exploring(
    `threads: ['a', 'b'].map((name) => ({ name, run(env: { words: Int32Array }) {
    Atomics.add(env.words, 0, 1);
    check(${isFirst}, 'a former run can be seen');
    Atomics.add(env.words, 1, 1);
  } })),`,
    {},
    before,
  );
  expect(found).toMatchObject({ failure: null, complete: true });
  expect(found.schedules).toBeGreaterThan(1);
});

test('an invariant is looked at after each step', async () => {
  const found =
    await exploring(`threads: [{ name: 'a', run(env) { Atomics.store(env.words, 0, 1); Atomics.store(env.words, 0, 0); } }],
    invariant(env) { check(env.words[0] === 0, 'it is ' + env.words[0]); },`);
  expect(found.failure).toMatchObject({ kind: 'invariant', message: 'it is 1', replay: '1:one:0:a' });
});

test('what setup returns is shared, its buffers too', async () => {
  const path = join(folder, 'shared.ts');
  await writeFile(
    path,
    `import { check, scenario } from '@sharena/interleave';
export const one = scenario({ name: 'one', memory: 4,
  setup(env) { env.words[0] = 3; const own = new Int32Array(new SharedArrayBuffer(8)); Atomics.store(own, 1, 4); return { own }; },
  threads: ['a', 'b'].map((name) => ({ name, run(env: { words: Int32Array; shared: { own: Int32Array } }) { Atomics.add(env.shared.own, 1, 1); Atomics.add(env.words, 0, 1); } })),
  finally(env) { check(env.shared.own[1] === 6 && env.words[0] === 5, 'not shared'); } });
`,
  );
  expect(explore((await loadScenarios(path)).get('one'))).toMatchObject({ failure: null, complete: true });
});

test('the ghost heap: twice, unknown, lost', async () => {
  const before = 'const heap = ghostHeap();';
  const body = (code: string): string =>
    `oracles: [heap], threads: [{ name: 'a', run(env) { Atomics.load(env.words, 0); ${code} } }],`;
  expect(
    (await exploring(body('heap.allocated(env, 8, 8); heap.allocated(env, 12, 8);'), {}, before)).failure?.message,
  ).toContain('is given 12');
  expect((await exploring(body('heap.freeing(env, 8);'), {}, before)).failure?.message).toContain('not a live block');
  expect((await exploring(body('heap.allocated(env, 8, 8);'), {}, before)).failure?.message).toContain(
    'never freed: 8 of a',
  );
  expect((await exploring(body('heap.allocated(env, 8, 8); heap.freeing(env, 8);'), {}, before)).failure).toBeNull();
});

test('a preparation runs alone, before the exploration, in the thread that it is of', async () => {
  const found = await exploring(
    `oracles: [heap], threads: ['a', 'b'].map((name) => ({
      name,
      prepare(env: Env) {
        counter++;
        const first = Atomics.add(env.words, 0, 1);
        heap.allocated(env, 8 * (first + 1), 8);
        env.words.fill(first, 4, 6); // one step: nobody else runs yet
        return { first, own: new Int32Array(2) as Int32Array };
      },
      run(env: Env, { first, own }: { first: number; own: Int32Array }) {
        check(first === env.index && counter === 1, name + ' is ' + first);
        own[0]!++;
        heap.freeing(env, 8 * (first + 1));
        Atomics.add(env.words, 1, own[0]!);
        counter++;
        Atomics.add(env.words, 1, 1);
        check(counter === 2 && own[0] === 1, 'the counter is ' + counter);
      } })),
    finally(env) { check(env.words[0] === 2 && env.words[1] === 4 && env.words[4] === 1, 'words');
    },`,
    {},
    'import type { Env } from "@sharena/interleave"; const heap = ghostHeap(); let counter = 0;',
  );
  expect(found.failure?.report).toBeUndefined();
  expect(found).toMatchObject({ complete: true });
  expect(found.states).toBeGreaterThan(5);
  expect(found.states).toBeLessThan(20);
});

test('another package is transformed too, from its sources', async () => {
  await writeFile(
    join(folder, 'library.ts'),
    `export class Counter {
  readonly words: Int32Array;
  constructor(words: Int32Array) { this.words = words; }
  add(): number { const old = Atomics.load(this.words, 0); Atomics.store(this.words, 0, old + 1); return old; }
}
`,
  );
  const path = join(folder, 'uses.ts');
  await writeFile(
    path,
    `import { check, scenario } from '@sharena/interleave';
import { Counter } from '@other/library';
export const uses = scenario({ name: 'uses', memory: 4,
  threads: ['a', 'b'].map((name) => ({ name, run(env: { words: Int32Array }) { new Counter(env.words).add(); } })),
  finally(env) { check(env.words[0] === 2, 'lost'); } });
`,
  );
  const file = await loadScenarios(path, { packages: { '@other/library': join(folder, 'library.ts') } });
  expect(explore(file.get('uses')).failure?.replay).toBe('1:uses:0:ab2a');
});

test('each thread has its own threadId', async () => {
  const found = await exploring(
    `threads: ['a', 'b'].map((name) => ({ name, run(env: { words: Int32Array; index: number }) {
    Atomics.add(env.words, 0, threadId);
    check(!isMainThread && threadId === env.index + 1, 'it is ' + threadId);
  } })), finally(env) { check(env.words[0] === 3 && isMainThread, 'sum'); },`,
    {},
    'import { isMainThread, threadId } from "node:worker_threads";',
  );
  expect(found.failure?.report).toBeUndefined();
});
