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
export { FREE_LIST_LIMITS, FreeList, type FreeListOptions, type FreeListStats } from './freelist/free-list.ts';
export type { FreeListDomain } from './freelist/free-list-record.ts';
export { StructRecord } from './freelist/record.ts';
export {
  type ArrayValue,
  type RecordOf,
  type ScalarValue,
  type StructInit,
  type StructOptions,
  StructType,
} from './freelist/struct.ts';
export type { FieldType, ScalarType, StructFields } from './freelist/struct-layout.ts';
export type { GeometryName } from './geometry.ts';
export { type HeapHandle, type HeapOptions, SharedHeap, type TypedArrayConstructor } from './heap.ts';
export type { MemoryStats, PurgePolicy } from './memory/purge.ts';
export type { SharedMemory } from './memory/reserve.ts';
export { parseSize } from './memory/size.ts';
export type { TypedArray } from './resize-array.ts';
export type { ClassStats, HeapStats, Location, ObjectStats, SpanStats } from './stats.ts';
export { reviveError, type WireError, wireError } from './wire-error.ts';
