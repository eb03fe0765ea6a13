/** PyMem_Resize for typed arrays: realloc by elements, with the type kept and the new elements cleared. */
import { checkSize } from './arguments.ts';
import type { Address } from './domains.ts';
import { InvalidArgumentError } from './errors.ts';
import type { Fill } from './memory/kernel.ts';

/** A typed array of any type. */
export type TypedArray =
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

/** What this needs of a heap. */
interface Heap {
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  addressOf(view: ArrayBufferView): Address;
  realloc(address: Address, size: number): Address;
}

/** See {@link SharedHeap.resizeArray}. Threads: any that may use the array; the block is the caller's alone meanwhile. */
export function resizeArray<T extends TypedArray>(heap: Heap, fill: Fill, array: T, length: number): T {
  if (!ArrayBuffer.isView(array) || array instanceof DataView)
    throw new InvalidArgumentError('array', 'a typed array', array);
  checkSize('length', length);
  const { BYTES_PER_ELEMENT: bytes, byteLength: kept } = array;
  // A product that is no longer exact is larger than any heap, and realloc refuses it as what it is: too large.
  const size = Math.min(length * bytes, Number.MAX_SAFE_INTEGER);
  const address = heap.realloc(heap.addressOf(array), size);
  if (size > kept) fill(address + kept, 0, size - kept);
  const type = array.constructor as new (buffer: SharedArrayBuffer, byteOffset: number, length: number) => T;
  return new type(heap.bytes.buffer, address, length);
}
