/**
 * Setting and clearing bits of shared words, as a kernel of two WebAssembly functions of one instruction each.
 *
 * V8 calls a builtin for each Atomics.or, which looks at its arguments again before it gets to the one locked instruction;
 * calls of WebAssembly it compiles into the caller. In a loop over words in the cache Atomics.or takes 14 ns and the kernel 5.6
 * (Node 20 and 24). Frees by other threads are one such instruction each.
 *
 * Threads: any. A word that these change is only changed atomically.
 */
import type { SharedMemory } from './reserve.ts';

/** Read-modify-write instructions on the words of one memory. Both answer what the word was before. */
export interface AtomicBits {
  /** Sets bits of the word with that index. */
  or(word: number, bits: number): number;
  /** Clears the other bits of the word with that index. */
  and(word: number, bits: number): number;
}

declare const WebAssembly: {
  Module: new (code: Uint8Array) => object;
  Instance: new (module: object, imports: { heap: { memory: SharedMemory } }) => { exports: unknown };
};

/** The same by Atomics, for words that lie in no WebAssembly.Memory. */
export function plainBits(words: Int32Array): AtomicBits {
  return {
    or(word, bits) {
      return Atomics.or(words, word, bits);
    },
    and(word, bits) {
      return Atomics.and(words, word, bits);
    },
  };
}

/** The kernel on one heap's memory. */
export function kernelBits(memory: SharedMemory): AtomicBits {
  const { exports } = new WebAssembly.Instance(module(), { heap: { memory } });
  return exports as AtomicBits;
}

let compiled: object | undefined;

function module(): object {
  compiled ??= new WebAssembly.Module(KERNEL);
  return compiled;
}

const I32 = 0x7f;
const ATOMIC = 0xfe;

/** `(param $word i32) (param $bits i32) (result i32)`: one atomic instruction on the word's address. */
function body(instruction: number): number[] {
  // biome-ignore format: a line for each instruction
  const code = [
    0, // no locals
    0x20, 0, // local.get $word
    0x41, 2, // i32.const 2
    0x74, // i32.shl
    0x20, 1, // local.get $bits
    ATOMIC, instruction, 2, 0, // i32.atomic.rmw.…, aligned to 2^2 bytes, offset 0
    0x0b, // end
  ];
  return [code.length, ...code];
}

function text(name: string): number[] {
  return [name.length, ...new TextEncoder().encode(name)];
}

function section(id: number, count: number, ...parts: readonly number[][]): number[] {
  const bytes = [count, ...parts.flat()];
  return [id, bytes.length, ...bytes];
}

/** The module in WebAssembly's binary format. */
const KERNEL: Uint8Array<ArrayBuffer> = Uint8Array.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // magic, version
  ...section(1, 1, [0x60, 2, I32, I32, 1, I32]), // one type of function
  ...section(2, 1, [...text('heap'), ...text('memory'), 2, 3, 0, 0x80, 0x80, 4]), // shared, 0 to 65536 pages
  ...section(3, 2, [0, 0]), // two functions of that type
  ...section(7, 2, [...text('or'), 0, 0], [...text('and'), 0, 1]),
  ...section(10, 2, body(0x33), body(0x2c)), // i32.atomic.rmw.or, i32.atomic.rmw.and
]);
