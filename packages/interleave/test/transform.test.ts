import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explore, loadScenarios } from '../src/index.ts';
import { forms } from './fixtures/forms.ts';

test('code as steps does what the code does', { timeout: 30_000 }, async () => {
  const direct = await forms(new Int32Array(new SharedArrayBuffer(512)));
  const file = await loadScenarios(new URL('./fixtures/forms.scenario.ts', import.meta.url));
  for (const strategy of ['exhaustive', 'random'] as const) {
    const { failure } = explore(file.get('allForms'), { strategy, runs: 2, races: false });
    expect(failure?.kind).toBe('finally');
    expect(JSON.parse(failure!.message)).toEqual(JSON.parse(JSON.stringify(direct)));
  }
});

describe('what cannot be steps is refused, with its place', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'refused-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const refused: readonly [string, string, RegExp][] = [
    ['a loop over a view', 'for (const x of words) console.log(x);', /loop over the elements/],
    ['spread', 'console.log([...words]);', /spreading/],
    ['destructuring', 'const [a] = words; console.log(a);', /destructuring/],
    ['a method without steps', 'console.log(words.indexOf(3));', /'indexOf' of a shared view/],
    ['a pattern target', '[words[0], words[1]] = [1, 2];', /target of a pattern/],
    ['logical assignment', 'words[0] ||= 3;', /logical assignment/],
    ['an untyped view', 'const any: any = words; console.log(any[0]);', /any/],
    ['an untyped atomic', 'const any: any = words; Atomics.load(any, 0);', /any/],
    ['Atomics as a value', 'const { load } = Atomics; console.log(load);', /called directly/],
    ['a callback that cannot be suspended', 'setTimeout(() => words[0], 1);', /cannot be suspended/],
    ['a view given away', 'console.log(Buffer.from(words));', /would have no steps/],
    ['a DataView', 'console.log(new DataView(words.buffer).getInt32(0));', /DataView/],
    ['a default parameter', 'const f = (x = words[0]) => x; console.log(f());', /default parameter/],
    ['an async call without await', 'const f = async () => words[0]; void f();', /must be awaited/],
    ['a generator with steps', 'function* g() { yield words[0]; } console.log([...g()]);', /generator/],
    ['a field initializer', 'class C { x = words[0]; } console.log(new C());', /field initializer/],
  ];

  test.each(refused)('%s', async (name, code, message) => {
    const path = join(folder, `${name.replaceAll(' ', '-')}.ts`);
    await writeFile(path, `import { scenario } from '@sharena/interleave';
function body(words: Int32Array<SharedArrayBuffer>): void {
  ${code}
}
export const one = scenario({ name: 'one', memory: 8, threads: [{ name: 'a', run: (env) => body(env.words) }] });
`);
    const loading = loadScenarios(path);
    await expect(loading).rejects.toMatchObject({ code: 'ERR_SHARENA_TRANSFORM' });
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toThrow(/\.ts:3:\d+$/);
  });

  test('a private view over shared memory is found when it is made', async () => {
    const path = join(folder, 'lie.ts');
    await writeFile(path, `import { scenario } from '@sharena/interleave';
export const lie = scenario({ name: 'lie', memory: 8, threads: [{ name: 'a', run(env) {
  const own = new Int32Array(env.buffer as unknown as ArrayBuffer);
  own[0] = 1;
} }] });
`);
    const file = await loadScenarios(path);
    expect(explore(file.get('lie')).failure?.message).toMatch(/is over shared memory/);
  });
});
