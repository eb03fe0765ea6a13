/** A replay string means the same on another run and on another version of Node. Uses the built package. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { explore, loadScenarios, replay } from '../src/index.ts';
import { decodeReplay, decodeSchedule, encodeSchedule } from '../src/search/schedule.ts';

const script = fileURLToPath(new URL('./replay-run.mjs', import.meta.url));

function run(command: readonly string[], args: readonly string[] = []): { text: string; ok: boolean } {
  const [program, ...first] = command;
  const { stdout, status } = spawnSync(program!, [...first, script, ...args], { encoding: 'utf8', timeout: 120_000 });
  return { text: stdout, ok: status === 0 };
}

test('the same bytes on another run, and on Node 24', { timeout: 300_000 }, ({ skip }) => {
  const here = run([process.execPath]);
  expect(here.ok).toBe(true);
  const replays = [...here.text.matchAll(/replay {2}(\S+)/g)].map((match) => match[1]!);
  expect(replays).toHaveLength(5);
  expect(run([process.execPath]).text).toBe(here.text);
  const again = run([process.execPath], replays).text;
  const node24 = ['npx', '-y', 'node@24'];
  const version = spawnSync(node24[0]!, [...node24.slice(1), '--version'], { encoding: 'utf8', timeout: 120_000 });
  if (version.status !== 0) return skip('node@24 cannot be fetched here');
  expect(version.stdout).toMatch(/^v24\./);
  expect(run(node24).text).toBe(here.text);
  expect(run(node24, replays).text).toBe(again);
});

test('a replay runs the schedule that the report tells', async () => {
  const file = await loadScenarios(new URL('../examples/barrier.scenario.ts', import.meta.url));
  const found = explore(file.get('constantBarrier'), { strategy: 'random', seed: 11 }).failure!;
  const again = replay(file.get('constantBarrier'), found.replay).failure!;
  expect(again.replay).toBe(found.replay);
  expect(again.steps).toEqual(found.steps);
  expect(() => replay(file.get('countingBarrier'), found.replay)).toThrow(/is of scenario 'constantBarrier'/);
});

test('a shrunk schedule is no longer and changes thread no more often', async () => {
  const file = await loadScenarios(new URL('../examples/barrier.scenario.ts', import.meta.url));
  const raw = explore(file.get('constantBarrier'), { strategy: 'random', seed: 11, shrink: false }).failure!;
  const small = explore(file.get('constantBarrier'), { strategy: 'random', seed: 11 }).failure!;
  const parts = (text: string): number => text.split(':')[3]!.match(/[a-h]/g)!.length;
  expect(parts(small.replay)).toBeLessThan(parts(raw.replay));
  expect(small.kind).toBe(raw.kind);
});

test('schedules are read as they are written', () => {
  const text = 'a5b3a!c~cb2';
  expect(encodeSchedule(decodeSchedule(text))).toBe(text);
  expect(() => decodeSchedule('a5-3')).toThrow(/character 2/);
  expect(() => decodeReplay('2:x')).toThrow(/not a replay string/);
});
