/** What a run measured, as it is written into a file, compared and reported. */
import type { LatencySummary } from './histogram.ts';
import type { Machine } from './machine.ts';

/** Of what a measurement is; together they are its key. */
export interface Subject {
  /** The suite, such as `sync`. */
  readonly suite: string;
  /** What was done: cases of one group were run alternately and can be compared with each other. */
  readonly group: string;
  /** Who did it, such as `sharena` or `glibc`. */
  readonly name: string;
  /** With how many threads. */
  readonly threads: number;
}

/** One number of a case, measured in every round. */
export interface Measurement extends Subject {
  /** What was measured, such as `time` or `throughput`. */
  readonly metric: string;
  /** Its unit, such as `ns`. */
  readonly unit: string;
  /** Which of two is the better one; `neither` is not compared. */
  readonly better: 'lower' | 'higher' | 'neither';
  /** Nothing of what is being developed takes part: what changes here between two runs is noise. */
  readonly isControl: boolean;
  /** One for each round. */
  readonly samples: readonly number[];
}

/** How the times of single operations are distributed, over all threads and rounds. */
export interface Distribution extends Subject {
  /** The numbers, in nanoseconds. */
  readonly latency: LatencySummary;
}

/** A number that was read again and again while a program ran. */
export interface Series extends Subject {
  /** What was read, such as `resident set`. */
  readonly metric: string;
  /** Its unit. */
  readonly unit: string;
  /** What the first numbers of the points are, such as `seconds`. */
  readonly along: string;
  /** Pairs: where, and the number read there. */
  readonly points: readonly (readonly [number, number])[];
}

/** All that one run measured. */
export interface Results {
  /** The form of the file. */
  readonly format: 'sharena-bench-1';
  /** Where. */
  readonly machine: Machine;
  /** How: rounds, threads and the like. */
  readonly options: Readonly<Record<string, unknown>>;
  /** How long it took, in seconds. */
  readonly seconds: number;
  /** Numbers, round by round. */
  readonly measurements: readonly Measurement[];
  /** Latencies. */
  readonly distributions: readonly Distribution[];
  /** Numbers over time. */
  readonly series: readonly Series[];
  /** What was left out, and why. */
  readonly skipped: readonly string[];
}

/** A measurement's key: the same in all runs. */
export function keyOf({ suite, group, name, threads, metric }: Subject & { readonly metric: string }): string {
  return `${suite} / ${group} / ${name} / ${threads} / ${metric}`;
}

/**
 * Reads results that were written as JSON.
 *
 * @param text the file's content
 * @param name what the error calls it
 * @throws TypeError when it is something else
 */
export function parseResults(text: string, name = 'text'): Results {
  let results: Partial<Results> | null;
  try {
    results = JSON.parse(text);
  } catch (cause) {
    throw new TypeError(`${name}: it is not JSON`, { cause });
  }
  if (results?.format !== 'sharena-bench-1')
    throw new TypeError(`${name}: its format is ${JSON.stringify(results?.format)}, not "sharena-bench-1"`);
  return results as Results;
}
