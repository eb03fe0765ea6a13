/** The settings with which a heap is made, and a thread attached. */
import { threadId } from 'node:worker_threads';
import { checkOptions, type Names } from './arguments.ts';
import type { Leak } from './debug/leaks.ts';
import { InvalidArgumentError } from './errors.ts';
import type { GeometryName } from './geometry.ts';
import type { DebugOptions, MallocOption } from './malloc-option.ts';
import type { PurgePolicy } from './memory/purge.ts';

/** Settings of `SharedHeap.create`. */
export interface HeapOptions {
  /**
   * Address space to reserve, at most 4 GiB: bytes, or a size such as `'512MiB'`. It costs no memory until it is touched.
   * Smaller when the system refuses; `stats().reserveBytes` says what it became.
   *
   * @defaultValue 4 GiB
   */
  readonly reserve?: number | string;
  /**
   * The constants of the pools.
   *
   * @defaultValue `'classic8'`
   */
  readonly geometry?: GeometryName;
  /**
   * The most bytes that arenas may take at one time, all threads together: bytes, or a size such as `'64MiB'`, rounded down to
   * whole arenas, at least one. Beyond it, and when the pools are full, RAW serves small requests too. No limit when it is
   * left out.
   */
  readonly arenaLimit?: number | string;
  /**
   * Which allocators serve the domains, in all threads: `pool` (level 2, also called `default`), `raw` (level 1 for all), or
   * either under debug hooks: `pool_debug` (also `debug`), `raw_debug`.
   *
   * @defaultValue the variable `SHARENA_MALLOC`, or `'default'` when that is not set or empty
   */
  readonly malloc?: MallocOption;
  /** What debug hooks keep of every allocation, in all threads. */
  readonly debug?: DebugOptions & LeakOptions;
  /**
   * When the pages of freed blocks go back to the operating system: never by themselves, at once, or some time later, by an
   * unref'd timer in the thread that freed them. Needs Linux and the package koffi; elsewhere pages stay resident, and
   * `stats().memory.purgeAvailable` is false. See `SharedHeap.purge`.
   *
   * @defaultValue `'off'`
   */
  readonly purge?: PurgePolicy;
}

/** What happens to the leaks that a thread leaves behind. */
export interface LeakOptions {
  /**
   * Is called at the end of `SharedHeap.detach`, when debug hooks keep stacks, with the blocks that the detaching thread
   * has allocated and that are still in use, if there are any, and with a text about them.
   *
   * @defaultValue writes the text to stderr
   */
  readonly onLeaks?: (report: string, leaks: readonly Leak[]) => void;
}

const HEAP_NAMES: Names<HeapOptions> = {
  reserve: true,
  geometry: true,
  arenaLimit: true,
  malloc: true,
  debug: true,
  purge: true,
};
const LEAK_NAMES: Names<LeakOptions> = { onLeaks: true };
const DEBUG_NAMES: Names<DebugOptions & LeakOptions> = { ...LEAK_NAMES, serials: true, stacks: true };

/** Refuses what `SharedHeap.create` does not take, as far as no other part does. */
export function checkHeapOptions(options: HeapOptions): void {
  checkOptions('options', options, HEAP_NAMES);
  if (options.debug === undefined) return;
  checkOptions('debug', options.debug, DEBUG_NAMES);
  checkOnLeaks(options.debug);
}

/** Refuses what `SharedHeap.attach` does not take. */
export function checkLeakOptions(options: LeakOptions): void {
  checkOptions('options', options, LEAK_NAMES);
  checkOnLeaks(options);
}

function checkOnLeaks(options: LeakOptions): void {
  const onLeaks: unknown = options.onLeaks;
  if (onLeaks === undefined || typeof onLeaks === 'function') return;
  throw new InvalidArgumentError('onLeaks', 'a function', onLeaks);
}

/** What is done with a report of leaks unless the program says otherwise: it is written to stderr. */
export function printLeaks(report: string): void {
  process.stderr.write(`Sharena: thread ${threadId} has detached and left blocks: ${report}`);
}
