/** resizeArray(): realloc by elements. */
import { expect, test } from 'vitest';
import { BadAddressError, HeapExhaustedError, InvalidArgumentError, SharedHeap } from '../src/index.ts';

function create(): SharedHeap {
  return SharedHeap.create({ reserve: '8MiB' });
}

test.each([
  [Float64Array, 3, 7],
  [Float64Array, 100, 30],
  [Int8Array, 10, 11],
  [Uint16Array, 5, 100_000],
  [Int32Array, 100_000, 4],
  [Uint32Array, 0, 9],
  [Float32Array, 9, 0],
] as const)('%o of %i elements, made to hold %i', (type, before, after) => {
  using heap = create();
  const size = Math.max(before, after) * type.BYTES_PER_ELEMENT;
  const dirty = heap.malloc(size);
  heap.bytes.fill(0xff, dirty, dirty + size);
  heap.free(dirty);
  const array = heap.newArray<Float64Array>(type as never, before);
  array.forEach((_, i) => {
    array[i] = (i % 100) + 1;
  });
  const old = [...array];
  const resized = heap.resizeArray(array, after);
  expect(resized.constructor).toBe(type);
  expect(resized).toHaveLength(after);
  const kept = Math.min(before, after);
  expect([...resized.subarray(0, kept)]).toEqual(old.slice(0, kept));
  expect(resized.subarray(kept).every((x) => x === 0)).toBe(true);
  heap.free(heap.addressOf(resized));
  heap.checkInvariants();
});

test('bigints keep their type', () => {
  using heap = create();
  const array = heap.newArray(BigInt64Array, 2).fill(-5n);
  const resized: BigInt64Array = heap.resizeArray(array, 3);
  expect([...resized]).toEqual([-5n, -5n, 0n]);
});

test('a shorter view of a block keeps its own elements, and the others become zero', () => {
  using heap = create();
  const array = heap.newArray(Uint8Array, 16).fill(9);
  expect([...heap.resizeArray(array.subarray(0, 4), 16)]).toEqual([9, 9, 9, 9, ...Array(12).fill(0)]);
});

test('bad input is refused before anything has changed', () => {
  using heap = create();
  const array = heap.newArray(Float64Array, 4).fill(1);
  for (const length of [-1, 1.5, Number.NaN, '5', undefined]) {
    expect(() => heap.resizeArray(array, length as number)).toThrow(InvalidArgumentError);
  }
  for (const length of [2 ** 20, 2 ** 32, 2 ** 52, Number.MAX_SAFE_INTEGER]) {
    expect(() => heap.resizeArray(array, length)).toThrow(HeapExhaustedError);
  }
  for (const other of [new Float64Array(4), new DataView(array.buffer), [1], null, undefined, 'text']) {
    expect(() => heap.resizeArray(other as Float64Array, 4)).toThrow(InvalidArgumentError);
  }
  expect(() => heap.resizeArray(array.subarray(1), 4)).toThrow(BadAddressError);
  expect([...array]).toEqual([1, 1, 1, 1]);
  heap.free(heap.addressOf(array));
  expect(() => heap.resizeArray(array, 8)).toThrow(BadAddressError);
  heap.checkInvariants();
});
