/**
 * One heap for all the worker threads of a JavaScript process.
 *
 * @packageDocumentation
 */
export { looksFreed } from './debug/fill.ts';
export type { Leak } from './debug/leaks.ts';
export type { AdoptedMessage, ArenaMessage, BadFreeMessage, ExhaustedMessage, HeapMessage } from './diagnostics.ts';
export type { Address, Allocator, DomainName } from './domains.ts';
export {
  BadAddressError,
  HeapExhaustedError,
  IncompatibleHeapError,
  InvalidArgumentError,
  MemoryCorruptionError,
  SharenaError,
} from './errors.ts';
export type { FormatStatsOptions } from './format-stats.ts';
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
export { SharedHeap, type TypedArrayConstructor } from './heap.ts';
export type { HeapHandle } from './heap-memory.ts';
export type { HeapOptions, LeakOptions } from './heap-options.ts';
export type { CheckOptions } from './invariants.ts';
export type { AllocatorName, DebugOptions, MallocOption } from './malloc-option.ts';
export type { ArenaMap, BlocksMap, HeapMap, RunMap, RunState, SlabMap } from './map.ts';
export type { MemoryStats, PurgePolicy } from './memory/purge.ts';
export type { SharedMemory } from './memory/reserve.ts';
export { parseSize } from './memory/size.ts';
export type { ArenaSource } from './object/arena-source.ts';
export type { NamedBlocks } from './raw/named-blocks.ts';
export type { TypedArray } from './resize-array.ts';
export type {
  ClassStats,
  FreeListContents,
  HeapStats,
  Location,
  ObjectStats,
  SlabStats,
  SpanStats,
  ThreadStats,
} from './stats.ts';
export { reviveError, type WireError, wireError } from './wire-error.ts';
