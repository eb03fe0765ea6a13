/** Goals are computed from what was measured, and from nothing else. */
import type { Measurement, Results } from '@sharena/measure';
import { expect, test } from 'vitest';
import { goalsOf } from '../goals.js';

function measured(group: string, name: string, samples: number[], more: Partial<Measurement> = {}): Measurement {
  const base = { suite: 'alloc', threads: 1, metric: 'time', unit: 'ns', better: 'lower', isControl: false } as const;
  return { ...base, group, name, samples, ...more };
}

function results(measurements: Measurement[], series: Results['series'] = [], quick = false): Results {
  const machine = { cpu: 'a', cores: 2, memory: 1, system: 's', versions: {}, load: 0, date: '' };
  const rest = { seconds: 1, distributions: [], skipped: [] };
  return { format: 'sharena-bench-1', machine, options: { quick }, measurements, series, ...rest };
}

const goal = (all: Results, part: string) => {
  const found = goalsOf(all).filter((each) => each.goal.includes(part));
  expect(found).toHaveLength(1);
  return found[0]!;
};

test('without results nothing is measured, and nothing reached', () => {
  const all = goalsOf(results([]));
  expect(all.length).toBeGreaterThan(20);
  for (const { goal, bound, command, measured, isReached } of all) {
    expect(measured, goal).toBeUndefined();
    expect(isReached, goal).toBeUndefined();
    expect(bound).toMatch(/^[<>]= [\d.]+$/);
    expect(command).toMatch(/^npm run bench -- (sync|alloc|images|memory|pipelines|kernels)/);
  }
});

test('a ratio is the median of the rounds, to the other one whose median is the best', () => {
  const group = 'malloc(64), free()';
  const all = results([
    measured(group, 'sharena', [4, 4, 8]),
    measured(group, 'mimalloc', [8, 5, 100]),
    measured(group, 'jemalloc', [10, 50, 16]),
    measured(group, 'glibc', [10, 10, 10]),
  ]);
  expect(goal(all, 'faster of mimalloc and jemalloc').measured).toBe(0.5); // by mimalloc: of 4/8, 4/5 and 8/100
  expect(goal(all, '64 bytes, allocated and freed, time by that of glibc')).toMatchObject({
    measured: 0.4,
    isReached: true,
  });
});

test('from one or two rounds no ratio follows', () => {
  const group = 'malloc(64), free()';
  const all = results([measured(group, 'sharena', [4, 4]), measured(group, 'glibc', [10, 10])]);
  expect(goal(all, '64 bytes, allocated and freed, time by that of glibc').measured).toBeUndefined();
});

test('a throughput is better when it is higher', () => {
  const group = 'xmalloc: one allocates, one frees, 64 bytes';
  const rate = { metric: 'throughput', unit: '1/s', better: 'higher', threads: 2 } as const;
  const all = results([
    measured(group, 'sharena', [30, 30, 30], rate),
    measured(group, 'mimalloc', [60, 40, 60], rate),
  ]);
  expect(goal(all, 'xmalloc, 64 bytes')).toMatchObject({ measured: 0.5, isReached: false });
});

test('the scaling of lanes is that of twice as many threads', () => {
  const group = 'larson: slots change hands between two threads';
  const rate = { metric: 'throughput', unit: '1/s', better: 'higher' } as const;
  const all = results([
    measured(group, 'sharena', [10, 10, 10], { ...rate, threads: 2 }),
    measured(group, 'sharena', [18, 19, 20], { ...rate, threads: 4 }),
  ]);
  expect(goal(all, 'larson')).toMatchObject({ measured: 1.9, isReached: true });
});

test('growth is the most of the last tenth of a thousand rounds by the most of the first fifth, and a shorter run has none', () => {
  const series = (last: number): Results['series'] => [
    {
      ...{
        suite: 'memory',
        group: 'growth: …',
        name: 'sharena',
        threads: 2,
        metric: 'bytes in spans',
        unit: 'B',
        along: 'rounds',
      },
      points: [
        [50, 1],
        [100, 100],
        [last, 120],
      ],
    },
  ];
  expect(goal(results([], series(1000)), '1000 rounds')).toMatchObject({ measured: 1.2, isReached: false });
  expect(goal(results([], series(200)), '1000 rounds').measured).toBeUndefined();
});

test('the fast variant is what stands beside sharp, the exact one beside Pillow', () => {
  const kernel = (group: string, name: string, ms: number) =>
    measured(group, name, [ms, ms, ms], { suite: 'kernels', unit: 'ms' });
  const all = results([
    kernel('resize, fast', 'sharena', 10),
    kernel('resize, fast', 'sharp', 15),
    kernel('resize, fast', 'Pillow', 100),
    kernel('resize, exact', 'sharena', 20),
    kernel('resize, exact', 'sharp', 15),
    kernel('resize, exact', 'Pillow', 60),
    kernel('flop', 'sharena', 1),
    kernel('flop', 'sharp', 2),
    kernel('flop', 'Pillow', 4),
    kernel('flop I;16', 'sharena', 1),
    kernel('flop I;16', 'Pillow', 3),
    kernel('copy RGB', 'sharena', 1),
    kernel('copy RGB', 'Pillow', 0.5),
    kernel('flop, in place', 'sharena', 1),
    kernel('flop, in place', 'Pillow', 2),
  ]);
  expect(goal(all, 'as fast as sharp: the worst').measured).toBe(1.5);
  expect(goal(all, 'as fast as Pillow: the worst').measured).toBe(3);
  expect(goal(all, 'as fast as sharp, geometric mean').measured).toBeCloseTo((1.5 * 0.75 * 2) ** (1 / 3));
  expect(goal(all, 'Pillow, geometric mean').measured).toBeCloseTo((10 * 3 * 4) ** (1 / 3));
  expect(goal(all, 'Pillow, the same, with those').measured).toBeCloseTo((10 * 3 * 4 * 3) ** (1 / 4));
});

test('what a quick run measures too little of is not held against the goal', () => {
  const bursts = measured('bursts: what is resident afterwards', 'purge immediate', [1.01], {
    ...{ suite: 'memory', metric: 'part', unit: '', better: 'neither' },
  });
  expect(goal(results([bursts]), 'gibibyte')).toMatchObject({ measured: 1.01, isReached: true });
  expect(goal(results([bursts], [], true), 'gibibyte').measured).toBeUndefined();
});

test('processor time and memory are held against the setting of sharp that is the least, or the fastest', () => {
  const folder = 'one decode to three sizes and a tensor';
  const pipelines = { suite: 'pipelines', threads: 2 } as const;
  const rate = { ...pipelines, metric: 'throughput', unit: '1/s', better: 'higher' } as const;
  const cpu = { ...pipelines, metric: 'processor time', unit: 'ms', better: 'neither' } as const;
  const rows = Object.entries({
    sharena: [30, 60],
    'sharp, 2 photos at a time': [20, 150],
    'sharp, 2 photos at a time, 2 threads each': [25, 120],
  }).flatMap(([name, [perSecond, ms]]) => [
    measured(folder, name, [perSecond!, perSecond!, perSecond!], rate),
    measured(folder, name, [ms!, ms!, ms!], cpu),
  ]);
  expect(goal(results(rows), 'processor time by that of sharp')).toMatchObject({ measured: 0.5, isReached: true });
  expect(goal(results(rows.slice(0, 4)), 'processor time by that of sharp').measured).toBeUndefined();
});
