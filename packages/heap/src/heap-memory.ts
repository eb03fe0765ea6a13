/**
 * The memory of a heap as it is made, and as a thread finds it: the header, and what every thread must read from there.
 *
 * createMemory() writes all of the header and H_MAGIC last, before anybody else has the memory. If its thread dies in here,
 * nobody has heard of the heap.
 */
import { IncompatibleHeapError, InvalidArgumentError } from './errors.ts';
import { type Geometry, geometryNamed, geometryOfId } from './geometry.ts';
import type { HeapOptions } from './heap-options.ts';
import {
  H_ARENA_LIMIT,
  H_GEOMETRY,
  H_ID,
  H_MAGIC,
  H_MALLOC,
  H_PAGES,
  H_PAGES_ASKED,
  H_PURGE,
  H_VERSION,
  LAYOUT_VERSION,
  MAGIC,
  minimumPages,
  PAGE_BYTES,
} from './layout.ts';
import { mallocWord } from './malloc-option.ts';
import { purgeWord } from './memory/purge.ts';
import { DEFAULT_RESERVE, reserveMemory, type SharedMemory } from './memory/reserve.ts';
import { parseSize } from './memory/size.ts';

/**
 * What another thread needs to attach a heap. A plain object: it goes through `workerData`, `postMessage`, Piscina and
 * Comlink as it is. Never put it in a transfer list: the memory is shared, not moved.
 */
export interface HeapHandle {
  /** The heap's random id. */
  readonly id: number;
  /** The memory, a shared WebAssembly.Memory. */
  readonly memory: SharedMemory;
}

/** A heap's memory, and how it is laid out. */
export interface HeapMemory {
  /** The handle of the heap. */
  readonly handle: HeapHandle;
  /** The constants of level 2. */
  readonly geometry: Geometry;
}

/** Reserves the memory of a heap and writes its header. @throws as `SharedHeap.create` */
export function createMemory(options: HeapOptions): HeapMemory {
  const geometry = geometryNamed(options.geometry ?? 'classic8');
  const malloc = mallocWord(options.malloc, options.debug);
  const bytes = parseSize('reserve', options.reserve ?? DEFAULT_RESERVE);
  const arenaLimit = arenasWithin(options.arenaLimit, geometry);
  const purge = purgeWord(options.purge ?? 'off');
  const memory = reserveMemory(bytes, minimumPages(geometry));
  const words = new Int32Array(memory.buffer);
  const id = crypto.getRandomValues(new Uint32Array(2));
  id[1] >>>= 11; // 53 bits in all: a safe integer
  words[H_VERSION] = LAYOUT_VERSION;
  words[H_GEOMETRY] = geometry.id;
  words[H_ARENA_LIMIT] = arenaLimit;
  words[H_PAGES] = memory.buffer.byteLength / PAGE_BYTES;
  words[H_MALLOC] = malloc;
  words[H_PAGES_ASKED] = Math.ceil(bytes / PAGE_BYTES);
  words[H_PURGE] = purge;
  words.set(id, H_ID);
  Atomics.store(words, H_MAGIC, MAGIC);
  return { handle: Object.freeze({ id: id[1] * 2 ** 32 + id[0], memory }), geometry };
}

/** Finds a heap by its handle. @throws {IncompatibleHeapError} when there is none that this package can read */
export function readMemory(handle: HeapHandle): HeapMemory {
  const buffer: unknown = handle?.memory?.buffer;
  if (
    !(buffer instanceof SharedArrayBuffer) ||
    buffer.byteLength < PAGE_BYTES ||
    buffer.byteLength % PAGE_BYTES !== 0
  ) {
    throw new IncompatibleHeapError('this is not the handle of a heap: it has no shared memory made of pages');
  }
  const words = new Int32Array(buffer);
  if (Atomics.load(words, H_MAGIC) !== MAGIC) throw new IncompatibleHeapError('this memory does not hold a heap');
  if (words[H_VERSION] !== LAYOUT_VERSION) {
    throw new IncompatibleHeapError(`the heap has layout ${words[H_VERSION]}, this package reads ${LAYOUT_VERSION}`);
  }
  const id = (words[H_ID + 1] >>> 0) * 2 ** 32 + (words[H_ID] >>> 0);
  const geometry = geometryOfId(words[H_GEOMETRY]);
  const whole = words[H_PAGES] * PAGE_BYTES === buffer.byteLength;
  if (!geometry || !whole || id !== handle.id)
    throw new IncompatibleHeapError('the handle does not fit the heap in its memory');
  return { handle: Object.freeze({ id, memory: handle.memory }), geometry };
}

/** The arenas that fit a limit in bytes; 0 for no limit. */
function arenasWithin(limit: number | string | undefined, { name, arenaBytes }: Geometry): number {
  if (limit === undefined) return 0;
  const bytes = parseSize('arenaLimit', limit);
  if (bytes >= arenaBytes) return Math.floor(Math.min(bytes, DEFAULT_RESERVE) / arenaBytes);
  throw new InvalidArgumentError('arenaLimit', `at least the ${arenaBytes} bytes of an arena of ${name}`, bytes);
}
