/**
 * One heap for all the worker threads of a JavaScript process.
 *
 * @packageDocumentation
 */
export type { Address, Allocator } from './domains.ts';
export {
  BadAddressError,
  HeapExhaustedError,
  IncompatibleHeapError,
  InvalidArgumentError,
  SharenaError,
} from './errors.ts';
export type { GeometryName } from './geometry.ts';
export { type HeapHandle, type HeapOptions, SharedHeap, type TypedArrayConstructor } from './heap.ts';
export type { MemoryStats, PurgePolicy } from './memory/purge.ts';
export type { SharedMemory } from './memory/reserve.ts';
export { parseSize } from './memory/size.ts';
export type { ClassStats, HeapStats, Location, ObjectStats, SpanStats } from './stats.ts';
export { reviveError, type WireError, wireError } from './wire-error.ts';
