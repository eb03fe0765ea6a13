/**
 * What the kernel does, by Atomics and fill(): for words that lie in no WebAssembly.Memory, and for explorations, which cannot follow
 * WebAssembly. Threads: as in kernel.ts.
 */
import type { Kernel } from './kernel.ts';

/** The same by Atomics and fill(), for words that lie in no WebAssembly.Memory. */
export function plainKernel(words: Int32Array): Kernel {
  const bytes = new Uint8Array(words.buffer);
  const doubles = new Float64Array(words.buffer, 0, words.buffer.byteLength >>> 3);
  return {
    or(word, bits) {
      return Atomics.or(words, word, bits);
    },
    and(word, bits) {
      return Atomics.and(words, word, bits);
    },
    // Zeros as doubles where that can be: an exploration takes each element by itself.
    fill(address, value, length) {
      if (value === 0 && ((address | length) & 7) === 0) doubles.fill(0, address / 8, (address + length) / 8);
      else bytes.fill(value, address, address + length);
    },
  };
}
