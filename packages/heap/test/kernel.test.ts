/** The kernel does what Atomics and fill() do. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SharedHeap } from '../src/index.ts';
import { kernelOf } from '../src/memory/kernel.ts';
import { plainKernel } from '../src/memory/plain-kernel.ts';

test('or and and change the word that they are given, and answer what it was', () => {
  using heap = SharedHeap.create({ reserve: '8MiB' });
  const first = heap.calloc(16, 4) >>> 2;
  const kernel = kernelOf(heap.handle.memory);
  const model = new Int32Array(new SharedArrayBuffer(64));
  const plain = plainKernel(model);
  const word = fc.nat(15);
  const bits = fc.integer();
  fc.assert(
    fc.property(fc.constantFrom('or', 'and'), word, bits, (name, at, mask) => {
      expect(kernel[name](first + at, mask)).toBe(plain[name](at, mask));
      expect([...heap.words.subarray(first, first + 16)]).toEqual([...model]);
    }),
  );
});

test('fill sets the bytes that it is given, and no others', () => {
  using heap = SharedHeap.create({ reserve: '8MiB' });
  const size = 300;
  const block = heap.calloc(1, size);
  const bytes = heap.view(Uint8Array, block, size);
  const kernel = kernelOf(heap.handle.memory);
  const model = new Int32Array(new SharedArrayBuffer(size));
  const plain = plainKernel(model);
  const range = fc.tuple(fc.nat(size), fc.nat(size)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  fc.assert(
    fc.property(range, fc.nat(255), ([from, to], value) => {
      kernel.fill(block + from, value, to - from);
      plain.fill(from, value, to - from);
      expect(bytes).toEqual(new Uint8Array(model.buffer));
    }),
  );
});

test('fill reaches the last byte of the memory, and refuses the one behind it', () => {
  using heap = SharedHeap.create({ reserve: '8MiB' });
  const { fill } = kernelOf(heap.handle.memory);
  const end = heap.bytes.length;
  fill(end - 3, 7, 3);
  expect([...heap.bytes.subarray(end - 4)]).toEqual([0, 7, 7, 7]);
  fill(end, 9, 0);
  expect(() => fill(end - 3, 9, 4)).toThrow(/out of bounds/);
  expect([...heap.bytes.subarray(end - 4)]).toEqual([0, 7, 7, 7]);
});

// Sizes of pools, of slabs and of pages; what is cleared was dirty, and so are the neighbours.
test.each([1, 63, 64, 500, 512, 513, 1024, 4099, 32_768, 65_537, 1_000_003])(
  'calloc of %i bytes clears them and leaves what lies beside them',
  (size) => {
    using heap = SharedHeap.create({ reserve: '32MiB' });
    const blocks = [heap.malloc(size), heap.malloc(size), heap.malloc(size)];
    for (const block of blocks) heap.bytes.fill(0xa5, block, block + heap.usableSize(block));
    const [lower, middle, upper] = blocks.sort((a, b) => a - b) as [number, number, number];
    heap.free(middle);
    const block = heap.calloc(1, size);
    expect(block).toBe(middle);
    expect(heap.view(Uint8Array, block, size).every((byte) => byte === 0)).toBe(true);
    for (const other of [lower, upper])
      expect(heap.view(Uint8Array, other, heap.usableSize(other)).every((byte) => byte === 0xa5)).toBe(true);
  },
);
