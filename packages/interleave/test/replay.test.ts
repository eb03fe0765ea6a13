/** A replay string means the same on another run and on another version of Node. Uses the built package. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { explore, loadScenarios, replay } from '../src/index.ts';
import { decodeReplay, decodeSchedule, encodeSchedule } from '../src/search/schedule.ts';

const script = fileURLToPath(new URL('./replay-run.mjs', import.meta.url));

/** What the script prints about the strings, and about what it finds by itself. */
function run(command: readonly string[], strings: readonly string[] = []): { replayed: string; found: string } {
  const [program, ...first] = command;
  const { stdout, status } = spawnSync(program!, [...first, script, ...strings], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  expect(status).toBe(0);
  const [replayed, found] = stdout.split(/^found$/m);
  return { replayed: replayed!, found: found! };
}

function replaysIn(text: string): string[] {
  return [...text.matchAll(/replay {2}(\S+)/g)].map((match) => match[1]!);
}

test('the same bytes on another run, and on Node 24', { timeout: 300_000 }, ({ skip }) => {
  const { found } = run([process.execPath]);
  const replays = replaysIn(found);
  expect(replays).toHaveLength(5);
  const again = run([process.execPath], replays);
  expect(again.found).toBe(found);
  expect(replaysIn(again.replayed)).toEqual(replays);
  const node24 = ['npx', '-y', 'node@24'];
  const version = spawnSync(node24[0]!, [...node24.slice(1), '--version'], { encoding: 'utf8', timeout: 120_000 });
  if (version.status !== 0) return skip('node@24 cannot be fetched here');
  expect(version.stdout).toMatch(/^v24\./);
  expect(run(node24, replays)).toEqual(again);
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
