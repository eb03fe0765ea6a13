/** What transformed code is made of: views, plain accesses, and generators of steps. */

/** Any view whose elements can be read and written by index. */
export type View =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** What the loops over views need of a context. */
export interface PlainAccess {
  get(array: View, index: number, site: number): void;
  set(array: View, index: number, value: unknown, site: number): void;
  bulk(view: View, from: number, to: number, changes: () => unknown, site: number): void;
}

/** What a function with steps gives when it is called: every yield is one step. */
export type StepGenerator<R = unknown> = Generator<unknown, R, unknown>;

const GENERATOR_TAG = 'Generator';

/** True for the object that a function with steps gives when it is called. */
export function isSteps(value: unknown): value is StepGenerator {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] === GENERATOR_TAG
  );
}
