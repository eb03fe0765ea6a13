/**
 * A histogram of times in shared memory: every thread counts into one of its own, which another one reads when it has ended.
 *
 * Each power of two is cut into 32 equal buckets, so that a value is known to 1/32 of itself, from a nanosecond to an hour, in
 * 5 KiB (the layout of HdrHistogram with one and a half digits). Values below 32 have a bucket each.
 *
 * ```
 * bucket      0 … 31   32 … 63     64 … 95     96 …
 * values, ns  0 … 31   32 … 63     64 … 127    128 … 255
 * each holds  1        1           2           4
 * ```
 */
import { quantile } from './statistics.ts';

/** Buckets of one power of two. */
const PART = 32;
const PART_BITS = 5;
/** Powers of two above the linear part: up to 2^42 ns, more than an hour. */
const POWERS = 37;
const BUCKETS = PART * (POWERS + 1);
/** Behind the buckets: the greatest value, in two words. */
const GREATEST = BUCKETS;
const WORDS = BUCKETS + 2;

/** The numbers of a latency histogram that reports print, in nanoseconds. */
export interface LatencySummary {
  /** How many were measured. */
  readonly count: number;
  /** Half of them took no longer. */
  readonly p50: number;
  /** 99 of 100 took no longer. */
  readonly p99: number;
  /** 999 of 1000 took no longer. */
  readonly p999: number;
  /** The longest. */
  readonly max: number;
  /** Buckets that are not empty: the upper end in nanoseconds, and how many are in it. */
  readonly buckets: readonly (readonly [number, number])[];
}

/** Counts times in nanoseconds. Only one thread may record into a histogram; any may read it when that one has ended. */
export class LatencyHistogram {
  /** The counts, and the greatest value: what is sent to another thread. */
  readonly words: Uint32Array;

  /** @param words those of another histogram, which this one then reads and continues; new ones unless given */
  constructor(words: Uint32Array = new Uint32Array(new SharedArrayBuffer(4 * WORDS))) {
    if (words.length !== WORDS) throw new RangeError(`words: a histogram has ${WORDS}, not ${words.length}`);
    this.words = words;
  }

  /** Counts one time, in nanoseconds from 0; longer ones than 2^42 are counted as that. */
  record(nanoseconds: number): void {
    const value = nanoseconds < 2 ** 42 ? Math.floor(nanoseconds) : 2 ** 42 - 1;
    this.words[bucketOf(value)]!++;
    if (value > this.#greatest) this.#greatest = value;
  }

  /** Adds what another one counted. */
  add(other: LatencyHistogram): void {
    for (let bucket = 0; bucket < BUCKETS; bucket++) this.words[bucket]! += other.words[bucket]!;
    if (other.#greatest > this.#greatest) this.#greatest = other.#greatest;
  }

  /** What was counted. A quantile is the upper end of the bucket that it falls into, at most the longest. */
  summary(): LatencySummary {
    const buckets: [number, number][] = [];
    let count = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      if (this.words[bucket] === 0) continue;
      buckets.push([upperEnd(bucket), this.words[bucket]!]);
      count += this.words[bucket]!;
    }
    const max = this.#greatest;
    const at = (part: number) => Math.min(max, valueAt(buckets, Math.ceil(count * part)));
    return { count, p50: at(0.5), p99: at(0.99), p999: at(0.999), max, buckets };
  }

  get #greatest(): number {
    return this.words[GREATEST]! + this.words[GREATEST + 1]! * 2 ** 32;
  }

  set #greatest(value: number) {
    this.words[GREATEST] = value % 2 ** 32;
    this.words[GREATEST + 1] = Math.floor(value / 2 ** 32);
  }
}

/**
 * What one call of the clock takes here, in nanoseconds: so much of every latency is not the operation's.
 *
 * @returns the median of a thousand
 */
export function clockCost(): number {
  const samples: number[] = [];
  for (let i = 0; i < 1000; i++) {
    const begun = performance.now();
    samples.push((performance.now() - begun) * 1e6);
  }
  return quantile(samples, 0.5);
}

function bucketOf(value: number): number {
  if (value < PART) return value;
  const power = value < 2 ** 31 ? 31 - Math.clz32(value) : 31 + (31 - Math.clz32(value / 2 ** 31));
  return PART * (power - PART_BITS + 1) + Math.floor(value / 2 ** (power - PART_BITS)) - PART;
}

/** The first value that is above a bucket, less one. */
function upperEnd(bucket: number): number {
  if (bucket < PART) return bucket;
  const power = Math.floor(bucket / PART) - 1;
  return (PART + (bucket % PART) + 1) * 2 ** power - 1;
}

function valueAt(buckets: readonly (readonly [number, number])[], rank: number): number {
  let passed = 0;
  for (const [value, count] of buckets) {
    passed += count;
    if (passed >= rank) return value;
  }
  return 0;
}
