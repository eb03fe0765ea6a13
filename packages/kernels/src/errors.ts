/**
 * The one error that kernels throw.
 *
 * A kernel checks its arguments once, at the call, and throws before it has written a single byte. Past that point it cannot fail.
 */

/**
 * An argument of a kernel has the wrong form or lies outside its range. Nothing was written.
 *
 * @example
 * ```ts
 * import { flip, KernelError, rasterOf } from '@sharena/kernels';
 *
 * const image = rasterOf(new Uint8Array(4), 'L', 2, 2);
 * try {
 *   flip(image, rasterOf(new Uint8Array(4), 'L', 2, 2), 0, 3);
 * } catch (error) {
 *   if (error instanceof KernelError) console.log(error.argument, error.value); // bottom 3
 * }
 * ```
 * @remarks Threads: any; blocks: never; allocates: itself.
 */
export class KernelError extends RangeError {
  /** A stable name of the failure. */
  readonly code: 'ERR_SHARENA_KERNEL_ARGUMENT' = 'ERR_SHARENA_KERNEL_ARGUMENT';
  /** The argument's name, with its path: `options.box`, `dst.rows[3]`. */
  readonly argument: string;
  /** The value that was given. */
  readonly value: unknown;

  /**
   * @param argument - the argument's name, with its path
   * @param expected - what it should have been, as a noun phrase: `an integer from 0 to 10`
   * @param value - what was given
   */
  constructor(argument: string, expected: string, value: unknown) {
    super(`Expected \`${argument}\` to be ${expected}, got ${describe(value)}`);
    this.argument = argument;
    this.value = value;
  }

  /** The class's name. */
  override get name(): string {
    return 'KernelError';
  }
}

/** A value for a message: strings quoted, short arrays of numbers in full, the rest by type. */
function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return String(value);
  if (Array.isArray(value) && value.length <= 8) return `[${value.map(describe).join(', ')}]`;
  return `a value of type ${Array.isArray(value) ? 'array' : typeof value}`;
}
