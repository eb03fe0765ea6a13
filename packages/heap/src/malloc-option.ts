/**
 * Which allocators serve the domains when a heap begins: the option `malloc`, the variable SHARENA_MALLOC, and the header word
 * that keeps the choice.
 *
 *   name        | mem and obj | debug hooks
 *   ------------|-------------|---------------------
 *   pool        | level 2     | no                     (also: default, and the empty variable)
 *   pool_debug  | level 2     | over all three domains (also: debug)
 *   raw         | level 1     | no
 *   raw_debug   | level 1     | over all three domains
 *
 * RAW is always served by level 1. The word H_MALLOC is written once, by create(), and read by every thread that attaches:
 * all of them must find the same bytes around a block, or none could free what another allocated.
 */
import { InvalidArgumentError } from './errors.ts';

/** The allocators behind the domains: level 2 or level 1, with or without debug hooks. */
export type AllocatorName = 'raw' | 'raw_debug' | 'pool' | 'pool_debug';

/** What `create({ malloc })` and SHARENA_MALLOC accept. `default` is `pool`, `debug` is `pool_debug`. */
export type MallocOption = 'default' | 'debug' | AllocatorName;

/** Settings of the debug hooks. They are the heap's: every thread that attaches has the same. */
export interface DebugOptions {
  /**
   * Whether every allocation gets a serial number, which reports and leaks name. Costs 8 bytes a block, and an atomic
   * operation on one word that all threads share.
   *
   * @defaultValue false
   */
  readonly serials?: boolean;
  /**
   * Whether the JavaScript stack of every allocation is kept, for reports and leaks. Costs 8 bytes a block, some microseconds
   * an allocation, and the text of each different stack once, for as long as the heap exists.
   *
   * @defaultValue false
   */
  readonly stacks?: boolean;
}

/** What H_MALLOC says. */
export interface MallocConfig {
  /** Whether level 2 serves mem and obj. */
  readonly pools: boolean;
  /** Whether debug hooks stand before all domains. */
  readonly hooks: boolean;
  /** {@link DebugOptions.serials} */
  readonly serials: boolean;
  /** {@link DebugOptions.stacks} */
  readonly stacks: boolean;
}

const RAW_BIT = 1;
const HOOKS_BIT = 2;
const SERIALS_BIT = 4;
const STACKS_BIT = 8;

const CHOICES: Readonly<Record<MallocOption, number>> = {
  default: 0,
  pool: 0,
  debug: HOOKS_BIT,
  pool_debug: HOOKS_BIT,
  raw: RAW_BIT,
  raw_debug: RAW_BIT | HOOKS_BIT,
};

/**
 * The word for H_MALLOC. An option wins over the variable; an empty variable counts as none.
 *
 * @throws {InvalidArgumentError} for an unknown name, naming `malloc` or `SHARENA_MALLOC`
 */
export function mallocWord(malloc: MallocOption | undefined, debug: DebugOptions | undefined): number {
  const choice =
    malloc === undefined ? choose('SHARENA_MALLOC', process.env.SHARENA_MALLOC || 'default') : choose('malloc', malloc);
  const serials = flag('debug.serials', debug?.serials) ? SERIALS_BIT : 0;
  const stacks = flag('debug.stacks', debug?.stacks) ? STACKS_BIT : 0;
  return choice | serials | stacks;
}

/** What the word H_MALLOC says. */
export function mallocConfig(word: number): MallocConfig {
  return {
    pools: (word & RAW_BIT) === 0,
    hooks: (word & HOOKS_BIT) !== 0,
    serials: (word & SERIALS_BIT) !== 0,
    stacks: (word & STACKS_BIT) !== 0,
  };
}

function choose(argument: string, name: string): number {
  if (Object.hasOwn(CHOICES, name)) return CHOICES[name as MallocOption];
  throw new InvalidArgumentError(argument, `one of ${Object.keys(CHOICES).join(', ')}`, name);
}

function flag(argument: string, value: unknown): boolean {
  if (value === undefined || typeof value === 'boolean') return value === true;
  throw new InvalidArgumentError(argument, 'a boolean', value);
}
