/** What a comparison calls slower: synthetic runs whose noise and changes are known. */
import { describe, expect, test } from 'vitest';
import { compare } from '../src/compare.ts';
import { keyOf, type Measurement, parseResults, type Results } from '../src/results.ts';

/** Numbers that look like noise and are always the same. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff - 0.5;
  };
}

interface Setting {
  readonly seed: number;
  readonly rounds?: number;
  /** How many times as long everything takes: the machine. */
  readonly drift?: number;
  /** How many times as long the cases of one name take. */
  readonly slowed?: Readonly<Record<string, number>>;
  /** The width of the noise of a round. */
  readonly spread?: number;
}

/** A run of 40 cases and 8 controls, times and throughputs. */
function run({ seed, rounds = 7, drift = 1, slowed = {}, spread = 0.06 }: Setting): Results {
  const random = noise(seed);
  const measurements: Measurement[] = [];
  for (let i = 0; i < 48; i++) {
    const name = i < 40 ? `case ${i}` : `control ${i}`;
    const isTime = i % 2 === 0;
    const factor = drift * (slowed[name] ?? 1);
    const samples = Array.from({ length: rounds }, () => {
      const time = (10 + i) * factor * (1 + spread * random());
      return isTime ? time : 1e9 / time;
    });
    measurements.push({
      suite: 'synthetic',
      group: 'all',
      name,
      threads: 1,
      metric: isTime ? 'time' : 'throughput',
      unit: isTime ? 'ns' : '1/s',
      better: isTime ? 'lower' : 'higher',
      isControl: i >= 40,
      samples,
    });
  }
  const machine = { cpu: 'a', cores: 2, memory: 1, system: 's', versions: { node: '20' }, load: 0, date: '' };
  return {
    format: 'sharena-bench-1',
    machine,
    options: { quick: false },
    seconds: 1,
    measurements,
    distributions: [],
    series: [],
    skipped: [],
  };
}

const slower = (older: Results, newer: Results) =>
  compare(older, newer)
    .changes.filter(({ verdict }) => verdict === 'slower')
    .map(({ measurement }) => measurement.name);

describe('two runs of the same build', () => {
  test('have no regression', () => {
    for (let seed = 1; seed <= 8; seed++) expect(slower(run({ seed }), run({ seed: seed + 100 }))).toEqual([]);
  });

  test('have none on a machine that became a quarter slower meanwhile: the controls show it', () => {
    const { changes, drifts } = compare(run({ seed: 1 }), run({ seed: 2, drift: 1.25 }));
    expect(changes.filter(({ verdict }) => verdict !== 'same')).toEqual([]);
    expect(drifts['synthetic']!.ratio).toBeCloseTo(1.25, 1);
  });

  test('have none when rounds differ by a third of their time', () => {
    for (let seed = 1; seed <= 5; seed++)
      expect(slower(run({ seed, spread: 0.35 }), run({ seed: seed + 100, spread: 0.35 }))).toEqual([]);
  });
});

/** Every second round takes 1.6 times as long, as when the other half of a core is busy. */
function disturbed(results: Results): Results {
  const measurements = results.measurements.map((measurement) => {
    const factor = measurement.better === 'lower' ? 1.6 : 1 / 1.6;
    const samples = measurement.samples.map((sample, round) => (round % 2 === 0 ? sample * factor : sample));
    return { ...measurement, samples };
  });
  return { ...results, measurements };
}

describe('a group that was disturbed as long as it ran', () => {
  /** A quarter of the cases and of the controls in a group of their own, which takes `factor` times as long. */
  const parted = (results: Results, factor: number): Results => ({
    ...results,
    measurements: results.measurements.map((measurement, i) =>
      i % 8 < 6
        ? measurement
        : {
            ...measurement,
            group: 'other',
            samples: measurement.samples.map((each) =>
              measurement.better === 'lower' ? each * factor : each / factor,
            ),
          },
    ),
  });

  test('has no regression: its controls were disturbed too', () => {
    expect(slower(parted(run({ seed: 1 }), 1), parted(run({ seed: 2 }), 1.8))).toEqual([]);
  });

  test('hides none in the other groups', () => {
    const newer = parted(run({ seed: 2, slowed: { 'case 8': 1.2 } }), 1.8);
    expect(slower(parted(run({ seed: 1 }), 1), newer)).toEqual(['case 8']);
  });
});

describe('a run of which every second round was disturbed', () => {
  test('has no regression beside a quiet one, and hides none', () => {
    const older = run({ seed: 1, rounds: 15 });
    const slowed = { 'case 6': 1.2 };
    expect(slower(older, disturbed(run({ seed: 2, rounds: 15 })))).toEqual([]);
    expect(slower(older, disturbed(run({ seed: 2, rounds: 15, slowed })))).toEqual(['case 6']);
  });
});

describe('a build that is slower by 20 % in one place', () => {
  test.each(['case 4', 'case 5'])('%s is reported, a time or a throughput, and nothing else', (name) => {
    for (let seed = 1; seed <= 8; seed++)
      expect(slower(run({ seed }), run({ seed: seed + 100, slowed: { [name]: 1.2 } }))).toEqual([name]);
  });

  test('is reported first, with its ratio', () => {
    const [first] = compare(run({ seed: 1 }), run({ seed: 2, slowed: { 'case 7': 1.2 } })).changes;
    expect(first!.measurement.name).toBe('case 7');
    expect(first!.ratio).toBeGreaterThan(1.15);
    expect(first!.ratio).toBeLessThan(1.25);
    expect(first!.low).toBeLessThan(first!.ratio);
    expect(first!.high).toBeGreaterThan(first!.ratio);
  });

  test('is reported on a machine that became faster meanwhile', () => {
    expect(slower(run({ seed: 1 }), run({ seed: 2, drift: 0.8, slowed: { 'case 9': 1.2 } }))).toEqual(['case 9']);
  });
});

test('a build that is faster in one place is said to be so', () => {
  const { changes } = compare(run({ seed: 1 }), run({ seed: 2, slowed: { 'case 3': 0.7 } }));
  expect(changes.filter(({ verdict }) => verdict === 'faster').map(({ measurement }) => measurement.name)).toEqual([
    'case 3',
  ]);
});

test('from fewer than five rounds nothing follows', () => {
  const { changes } = compare(run({ seed: 1, rounds: 4 }), run({ seed: 2, rounds: 4, slowed: { 'case 4': 2 } }));
  expect(new Set(changes.map(({ verdict }) => verdict))).toEqual(new Set(['undecided']));
});

test('what only one of them measured is named, and another machine is warned of', () => {
  const older = run({ seed: 1 });
  const newer = { ...run({ seed: 2 }), machine: { ...older.machine, cpu: 'b' } };
  const lacking = { ...newer, measurements: newer.measurements.slice(1) };
  const { unmatched, warnings } = compare(older, lacking);
  expect(unmatched).toEqual([keyOf(older.measurements[0]!)]);
  expect(warnings).toEqual(['the processor differs: a and b']);
});

test('a limit that is no number is refused', () => {
  expect(() => compare(run({ seed: 1 }), run({ seed: 1 }), { least: Number.NaN })).toThrow(
    'least: NaN is not a number from 0',
  );
});

test('results are read again as they were written; something else is refused', () => {
  const results = run({ seed: 1 });
  expect(parseResults(JSON.stringify(results))).toEqual(results);
  expect(() => parseResults('{"format":"other"}', 'old.json')).toThrow(
    'old.json: its format is "other", not "sharena-bench-1"',
  );
  expect(() => parseResults('nothing', 'old.json')).toThrow('old.json: it is not JSON');
  expect(() => parseResults('null', 'old.json')).toThrow('old.json: its format is undefined');
});
