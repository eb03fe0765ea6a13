/**
 * Engines: the compiled kernels on one memory, and where their scratch comes from.
 *
 * A raster shows a `Uint8Array`, and from that no way leads to the `WebAssembly.Memory` below it. So a thread says once which memories
 * it has ({@link accelerate}), and every kernel looks up the buffer of its rasters. What is not found there, or lies in two memories,
 * is done by the scalar twins.
 *
 * Belongs to one thread: nothing here is shared but the memory.
 */
import { KernelError } from '../errors.ts';
import type { AnyRaster } from '../raster.ts';
import { type Build, builds, instantiate, type Kernels, moduleOf } from './module.ts';

/** A shared `WebAssembly.Memory`, such as the `handle.memory` of a heap. Its size must not change. */
export interface KernelMemory {
  /** The memory's bytes. */
  readonly buffer: SharedArrayBuffer;
}

/** Who gives the kernels scratch memory: a heap over the memory in question, or `scratchIn` of it, which survives the death of a thread. */
export interface ScratchAllocator {
  /** The address of `bytes` bytes that nobody else uses. May throw when there is no room. */
  malloc(bytes: number): number;
  /** Takes back what `malloc` gave. */
  free(address: number): void;
}

/** How the kernels of a memory run: a build with SIMD, or scalar TypeScript. */
export type Acceleration = Build | 'scalar';

/** The kernels on one memory. */
export interface Engine {
  /** The compiled kernels. */
  readonly kernels: Kernels;
  /** Which build they are of. */
  readonly build: Build;
  /** All of the memory; index = address. */
  readonly bytes: Uint8Array;
  /** Where scratch comes from. */
  readonly scratch: ScratchAllocator;
}

const engines = new WeakMap<object, Engine>();

/**
 * Lets the kernels use SIMD on a memory, in the calling thread.
 *
 * Without it, and where the engine lacks SIMD, they are scalar TypeScript: slower, with the same bytes. Kernels take scratch from
 * `scratch` while they run and give all of it back; when there is no room for it, that call is scalar. Calling again for the same
 * memory replaces the allocator.
 *
 * @param memory - the shared memory in which the rasters lie
 * @param scratch - allocates in that memory, for instance its heap
 * @param allowed - builds to choose from, the first that runs; by default relaxed SIMD, then SIMD. An empty list goes back to scalar
 * @returns how kernels on this memory run from now on
 * @throws {@link KernelError} when `memory` has no shared buffer
 * @example
 * ```ts
 * import { accelerate } from '@sharena/kernels';
 *
 * // With a heap: accelerate(heap.handle.memory, scratchIn(heap))
 * const memory = { buffer: new SharedArrayBuffer(65536) }; // no WebAssembly.Memory
 * console.log(accelerate(memory, { malloc: () => 0, free: () => {} })); // scalar
 * ```
 * @remarks Threads: any, each for itself; blocks: while it compiles, once a process, about 2 ms; allocates: an instance.
 */
export function accelerate(
  memory: KernelMemory,
  scratch: ScratchAllocator,
  allowed: readonly Build[] = builds,
): Acceleration {
  const buffer = memory?.buffer;
  if (!(buffer instanceof SharedArrayBuffer)) throw new KernelError('memory.buffer', 'a SharedArrayBuffer', buffer);
  engines.delete(buffer);
  for (const build of allowed) {
    const module = moduleOf(build);
    const kernels = module && tryInstantiate(() => instantiate(module, memory));
    if (!kernels) continue;
    engines.set(buffer, { kernels, build, bytes: new Uint8Array(buffer), scratch });
    return build;
  }
  return 'scalar';
}

/** The engine of the memory in which both rasters lie, if there is one. */
export function engineFor(src: AnyRaster, dst: AnyRaster): Engine | undefined {
  return engineOver(src.bytes, dst.bytes);
}

/** The engine of the memory of both views, if there is one. */
export function engineOver(a: ArrayBufferView, b: ArrayBufferView): Engine | undefined {
  return a.buffer === b.buffer ? engines.get(b.buffer) : undefined;
}

/** The address of a row's first byte. */
export function addressOf(raster: AnyRaster, y: number): number {
  return raster.bytes.byteOffset + raster.rows[y]!;
}

/** Puts `count` words of 32 bits, such as addresses. */
export function putWords({ bytes }: Engine, address: number, count: number, word: (i: number) => number): void {
  const words = new Uint32Array(count);
  for (let i = 0; i < count; i++) words[i] = word(i);
  bytes.set(new Uint8Array(words.buffer), address);
}

/** Puts the addresses of rows `first` to `end - 1`, 4 bytes each, all of them `indent` bytes further. */
export function putAddresses(
  { bytes }: Engine,
  address: number,
  raster: AnyRaster,
  first: number,
  end: number,
  indent = 0,
): void {
  const { rows } = raster;
  const words = new Uint32Array(end - first);
  const begin = raster.bytes.byteOffset + indent;
  for (let i = 0; i < words.length; i++) words[i] = begin + rows[first + i]!;
  bytes.set(new Uint8Array(words.buffer), address);
}

/** Runs `work` with scratch memory. Answers whether there was room for it; if not, nothing has been done. */
export function withScratch(engine: Engine, bytes: number, work: (address: number) => void): boolean {
  let address: number;
  try {
    address = engine.scratch.malloc(bytes);
  } catch {
    return false;
  }
  try {
    work(address);
  } finally {
    engine.scratch.free(address);
  }
  return true;
}

/** Not every object with a shared buffer is a WebAssembly.Memory that a module can import. */
function tryInstantiate(make: () => Kernels): Kernels | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
