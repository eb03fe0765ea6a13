/** The kernel of two instructions does what Atomics do. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SharedHeap } from '../src/index.ts';
import { kernelBits, plainBits } from '../src/memory/atomic-bits.ts';

test('or and and change the word that they are given, and answer what it was', () => {
  using heap = SharedHeap.create({ reserve: '8MiB' });
  const first = heap.calloc(16, 4) >>> 2;
  const kernel = kernelBits(heap.handle.memory);
  const model = new Int32Array(new SharedArrayBuffer(64));
  const plain = plainBits(model);
  const word = fc.nat(15);
  const bits = fc.integer();
  fc.assert(
    fc.property(fc.constantFrom('or', 'and'), word, bits, (name, at, mask) => {
      expect(kernel[name](first + at, mask)).toBe(plain[name](at, mask));
      expect([...heap.words.subarray(first, first + 16)]).toEqual([...model]);
    }),
  );
});
