/**
 * What became slower between two runs, beyond the noise. There are three kinds of it, and a change must exceed all of them:
 *
 * 1. The rounds of a run differ. What disturbs a program makes it slower, hardly ever faster; so what is compared is the better quartile:
 *    the time that a quarter of the rounds did not need, which stays where it is as long as a quarter of them is undisturbed. The
 *    interval of the quotient ({@link ratioInterval}, 99 %) says how much the rounds leave open.
 * 2. The runs differ: another minute, another temperature, other neighbours. What has none of our code in it (the controls)
 *    shows how much. The median change of a suite's controls is taken out of the changes of that suite, and three times their
 *    deviation is allowed on top. The cases of a group take turns, so what disturbed a group for as long as it ran has met its
 *    controls as well: a change must also exceed what those of its own group changed.
 * 3. Changes too small to care about: 5 % unless told otherwise.
 *
 * A change is one of time: 1.2 takes 1.2 times as long, or does 1/1.2 as much in a second.
 */
import { keyOf, type Measurement, type Results } from './results.ts';
import { deviation, median, quantile, type RatioInterval, ratioInterval } from './statistics.ts';

/** Fewer rounds than this show nothing: three against three are in any order one time in ten. */
export const LEAST_ROUNDS = 5;

/** What became of one measurement. */
export interface Change {
  /** Of the newer run. */
  readonly measurement: Measurement;
  /** Its key. */
  readonly key: string;
  /** How many times as long the newer one takes, without what the suite's controls changed. */
  readonly ratio: number;
  /** The lower end of its interval. */
  readonly low: number;
  /** The upper end. */
  readonly high: number;
  /** What is allowed: 1.05 when it may take 5 % longer. */
  readonly allowed: number;
  /** `undecided`: too few rounds. */
  readonly verdict: 'slower' | 'faster' | 'same' | 'undecided';
}

/** What the controls of a suite did between two runs. */
export interface Drift {
  /** The median of how many times as long they take; 1 when there are too few of them. */
  readonly ratio: number;
  /** How many there are. */
  readonly controls: number;
  /** What a change of the suite must exceed: 1.05 for 5 %. */
  readonly allowed: number;
}

/** Two runs, compared. */
export interface Comparison {
  /** Measurements that are in both, the greatest change first. Controls and what is better neither way are not among them. */
  readonly changes: readonly Change[];
  /** By suite: what its controls did. */
  readonly drifts: Readonly<Record<string, Drift>>;
  /** Keys that only one of the runs has. */
  readonly unmatched: readonly string[];
  /** The machine or the version of Node differs: then nothing follows from the changes. */
  readonly warnings: readonly string[];
}

/**
 * Compares two runs.
 *
 * @param older what is compared with
 * @param newer what may have become slower
 * @param options `least`: what is never called a change, 0.05 for 5 %, which it is unless given
 * @throws RangeError when `least` is not a number from 0
 */
export function compare(
  older: Results,
  newer: Results,
  { least = 0.05 }: { readonly least?: number } = {},
): Comparison {
  if (!(least >= 0)) throw new RangeError(`least: ${least} is not a number from 0`);
  const before = byKey(older);
  const after = byKey(newer);
  const pairs: [string, Measurement, Measurement][] = [];
  for (const [key, measurement] of after) {
    const twin = before.get(key);
    if (twin && comparable(twin) && comparable(measurement)) pairs.push([key, twin, measurement]);
  }
  const drifts = driftsOf(pairs, least);
  const ofGroups = driftsOfGroups(pairs);
  const changes = pairs
    .filter(([, , { isControl }]) => !isControl)
    .map(([key, twin, measurement]) =>
      changeOf(key, twin, measurement, drifts[measurement.suite]!, ofGroups.get(groupOf(measurement))),
    );
  changes.sort((a, b) => Math.abs(Math.log(b.ratio)) - Math.abs(Math.log(a.ratio)));
  const unmatched = [...before.keys(), ...after.keys()].filter((key) => before.has(key) !== after.has(key));
  return { changes, drifts, unmatched, warnings: warningsOf(older, newer) };
}

function byKey(results: Results): Map<string, Measurement> {
  return new Map(results.measurements.map((measurement) => [keyOf(measurement), measurement]));
}

function comparable({ better, samples }: Measurement): boolean {
  return better !== 'neither' && samples.length > 0 && samples.every((sample) => sample > 0);
}

/** Of times the lower quartile. */
const BETTER_QUARTILE = 0.25;

/** How many times as long it takes, with the interval. */
function slowdown(before: Measurement, after: Measurement): RatioInterval {
  return ratioInterval(timesOf(after), timesOf(before), { part: BETTER_QUARTILE });
}

/** Samples as times: a throughput is turned over. */
function timesOf({ better, samples }: Measurement): readonly number[] {
  return better === 'lower' ? samples : samples.map((sample) => 1 / sample);
}

function changeOfControl(before: Measurement, after: Measurement): number {
  return quantile(timesOf(after), BETTER_QUARTILE) / quantile(timesOf(before), BETTER_QUARTILE);
}

function driftsOf(pairs: readonly [string, Measurement, Measurement][], least: number): Record<string, Drift> {
  const logs: Record<string, number[]> = {};
  for (const [, before, after] of pairs) {
    logs[after.suite] ??= [];
    if (after.isControl) logs[after.suite]!.push(Math.log(changeOfControl(before, after)));
  }
  const drifts: Record<string, Drift> = {};
  for (const [suite, values] of Object.entries(logs)) {
    const noise = values.length >= LEAST_CONTROLS ? 3 * deviation(values) : 0;
    drifts[suite] = {
      ratio: values.length >= LEAST_CONTROLS ? Math.exp(median(values)) : 1,
      controls: values.length,
      allowed: Math.max(1 + least, Math.exp(noise)),
    };
  }
  return drifts;
}

/** The median change of the controls of each group that has some. */
function driftsOfGroups(pairs: readonly [string, Measurement, Measurement][]): Map<string, number> {
  const changes = new Map<string, number[]>();
  for (const [, before, after] of pairs) {
    if (!after.isControl) continue;
    const group = groupOf(after);
    changes.set(group, [...(changes.get(group) ?? []), changeOfControl(before, after)]);
  }
  return new Map([...changes].map(([group, values]) => [group, median(values)]));
}

function groupOf({ suite, group }: Measurement): string {
  return JSON.stringify([suite, group]);
}

/** From two controls nobody can tell drift from noise. */
const LEAST_CONTROLS = 3;

function changeOf(key: string, before: Measurement, after: Measurement, drift: Drift, ofGroup = drift.ratio): Change {
  const raw = slowdown(before, after);
  const [ratio, low, high] = [raw.ratio, raw.low, raw.high].map((value) => value / drift.ratio) as [
    number,
    number,
    number,
  ];
  const { allowed } = drift;
  return { measurement: after, key, ratio, low, high, allowed, verdict: verdictOf() };

  function verdictOf(): Change['verdict'] {
    if (Math.min(before.samples.length, after.samples.length) < LEAST_ROUNDS) return 'undecided';
    if (Math.min(low, raw.low / ofGroup) > allowed) return 'slower';
    return Math.max(high, raw.high / ofGroup) < 1 / allowed ? 'faster' : 'same';
  }
}

function warningsOf(older: Results, newer: Results): string[] {
  const warnings: string[] = [];
  const differ = (what: string, a: unknown, b: unknown) => {
    if (a !== b) warnings.push(`the ${what} differs: ${a} and ${b}`);
  };
  differ('processor', older.machine.cpu, newer.machine.cpu);
  differ('number of processors', older.machine.cores, newer.machine.cores);
  differ('version of Node', older.machine.versions['node'], newer.machine.versions['node']);
  differ('option quick', older.options['quick'], newer.options['quick']);
  return warnings;
}
