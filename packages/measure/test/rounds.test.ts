/** Rounds, programs, and batches of one thread. */
import { expect, test } from 'vitest';
import { alternate, runProgram, timeBatches } from '../src/index.ts';

test('cases take turns, and the samples of the warm-up are dropped', async () => {
  const order: string[] = [];
  const named = (name: string) => ({ name, run: () => ({ at: order.push(name) }) });
  const samples = await alternate([named('a'), named('b')], { rounds: 2, warmUp: 1 });
  expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
  expect(samples.get('a')).toEqual({ at: [3, 5] });
  expect(samples.get('b')).toEqual({ at: [4, 6] });
});

test('no rounds, and two cases of one name, are refused', async () => {
  const same = { name: 'a', run: () => ({}) };
  await expect(alternate([same], { rounds: 0 })).rejects.toThrow('rounds: 0 is not a whole number from 1');
  await expect(alternate([same, same], { rounds: 1 })).rejects.toThrow('cases: two of them have the same name');
});

test('a program answers in JSON; one that is not there, fails, prints something else or hangs is an error', async () => {
  const node = (code: string): [string, ...string[]] => [process.execPath, '-e', code];
  await expect(runProgram(node('console.log(JSON.stringify({ ns: 1 }))'))).resolves.toEqual({ ns: 1 });
  await expect(runProgram(node('throw new Error("no")'))).rejects.toThrow('Error: no');
  await expect(runProgram(['/nowhere/program'])).rejects.toThrow('ENOENT');
  await expect(runProgram(node('console.log("fast")'))).rejects.toThrow('printed something else than JSON: fast');
  await expect(runProgram(node('setInterval(() => {}, 1000)'), { deadline: 300 })).rejects.toThrow(
    'did not end in 0.3 s',
  );
});

test('batches are timed for each operation', () => {
  let done = 0;
  const results = timeBatches(
    [
      {
        name: 'count',
        run(times) {
          for (let i = 0; i < times; i++) done++;
        },
      },
    ],
    { times: 100, time: 5, warmUp: 5 },
  );
  expect(done % 100).toBe(0);
  expect(results['count']).toBeGreaterThan(0);
});

test('what a batch throws comes out', () => {
  const run = () => {
    throw new Error('broken');
  };
  expect(() => timeBatches([{ name: 'a', run }], { time: 5, warmUp: 5 })).toThrow('broken');
});
