/**
 * What V8 does slowly on shared memory, as a kernel of three WebAssembly functions of one instruction each.
 *
 * Setting and clearing bits: V8 calls a builtin for each Atomics.or, which looks at its arguments again before it gets to the
 * one locked instruction; calls of WebAssembly it compiles into the caller. In a loop over words in the cache Atomics.or takes
 * 14 ns and the kernel 5.6 (Node 20 and 24). Frees by other threads are one such instruction each.
 *
 * Setting bytes: fill() goes byte by byte on shared memory, and element by element as Float64Array. 64 bytes take it 32 and 19 ns and
 * the kernel's memory.fill 4.5; a MiB takes 300, 38 and 8 us (Node 20; 24 is alike). There is no size for which fill() is faster.
 *
 * Threads: any. A word whose bits these change is only changed atomically; bytes that are set must be the caller's alone, as for
 * any other store. Nothing here waits.
 */
import type { SharedMemory } from './reserve.ts';

/** Read-modify-write instructions on the words of one memory. Both answer what the word was before. */
export interface AtomicBits {
  /** Sets bits of the word with that index. */
  or(word: number, bits: number): number;
  /** Clears the other bits of the word with that index. */
  and(word: number, bits: number): number;
}

/** All that the kernel does. */
export interface Kernel extends AtomicBits {
  /** Sets `length` bytes from `address` to `value`. They must lie in the memory: others trap. */
  fill(address: number, value: number, length: number): void;
}

/** What sets bytes. */
export type Fill = Kernel['fill'];

declare const WebAssembly: {
  Module: new (code: Uint8Array) => object;
  Instance: new (module: object, imports: { heap: { memory: SharedMemory } }) => { exports: unknown };
};

/** The kernel on one heap's memory. */
export function kernelOf(memory: SharedMemory): Kernel {
  const { exports } = new WebAssembly.Instance(module(), { heap: { memory } });
  return exports as Kernel;
}

let compiled: object | undefined;

function module(): object {
  compiled ??= new WebAssembly.Module(KERNEL);
  return compiled;
}

const I32 = 0x7f;
const GET = 0x20; // local.get
const END = 0x0b;
const ATOMIC = 0xfe;

/** `(param $word i32) (param $bits i32) (result i32)`: one atomic instruction on the word's address. */
function bits(instruction: number): number[] {
  // biome-ignore format: a line for each instruction
  const code = [
    0, // no locals
    GET, 0, // $word
    0x41, 2, // i32.const 2
    0x74, // i32.shl
    GET, 1, // $bits
    ATOMIC, instruction, 2, 0, // i32.atomic.rmw.…, aligned to 2^2 bytes, offset 0
    END,
  ];
  return [code.length, ...code];
}

/** `(param $address i32) (param $value i32) (param $length i32)`: memory.fill. */
function fill(): number[] {
  const code = [0, GET, 0, GET, 1, GET, 2, 0xfc, 11, 0, END];
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
  ...section(1, 2, [0x60, 2, I32, I32, 1, I32], [0x60, 3, I32, I32, I32, 0]), // two types of function
  ...section(2, 1, [...text('heap'), ...text('memory'), 2, 3, 0, 0x80, 0x80, 4]), // shared, 0 to 65536 pages
  ...section(3, 3, [0, 0, 1]), // three functions of these types
  ...section(7, 3, [...text('or'), 0, 0], [...text('and'), 0, 1], [...text('fill'), 0, 2]),
  ...section(10, 3, bits(0x33), bits(0x2c), fill()), // i32.atomic.rmw.or, i32.atomic.rmw.and, memory.fill
]);
