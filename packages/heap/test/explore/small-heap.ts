/** A heap small enough to explore: pools of two blocks, two slots, two arenas. Production code over a layout of its own. */
import type { Env } from '@sharena/interleave';
import type { Address, Allocator } from '../../src/domains.ts';
import type { Geometry } from '../../src/geometry.ts';
import {
  ARENA_OBJECT_BYTES,
  headerOf,
  type Layout,
  numberOf,
  P_COUNT,
  P_OWNER,
  S_PENDING,
  SLOT_BYTES,
} from '../../src/layout.ts';
import type { ArenaSource } from '../../src/object/arena-source.ts';
import { Arenas } from '../../src/object/arenas.ts';
import { checkSlot } from '../../src/object/invariants.ts';
import { ObjectAllocator } from '../../src/object/object-allocator.ts';

/** Size of every block that scenarios ask for. */
export const SIZE = 32;

/** Pools of 128 bytes: two blocks of 32 behind the header. */
const GEOMETRY: Geometry = {
  name: 'classic8',
  id: 0,
  alignmentBits: 4,
  classes: 2,
  poolBits: 7,
  arenaBytes: 8192,
};

const SLOTS_AT = 512;
const SLOTS = 4;
const VECTORS_AT = SLOTS_AT + SLOTS * SLOT_BYTES;
const VECTOR_BYTES = 16 * ARENA_OBJECT_BYTES;
const TABLES_AT = VECTORS_AT + SLOTS * VECTOR_BYTES;
/** Address of the arenas, which are the rest of the memory. */
export const ARENAS_AT = 32768;
const ARENAS = 2;
const POOLS = (ARENAS_AT + ARENAS * GEOMETRY.arenaBytes) >> GEOMETRY.poolBits;

/** Bytes of the whole. */
export const MEMORY: number = ARENAS_AT + ARENAS * GEOMETRY.arenaBytes;

const LAYOUT: Layout = {
  pages: 1,
  slots: SLOTS_AT >> 2,
  slotCount: SLOTS,
  spans: 0,
  headers: TABLES_AT >> 2,
  poolBits: GEOMETRY.poolBits,
  remote: (TABLES_AT >> 2) + POOLS * 16,
  hints: (TABLES_AT >> 2) + POOLS * 17,
  firstPage: 1,
  endPage: 1,
};

/** Each slot has one arena and one vector, at places of their own; there is nothing more. */
class Place implements ArenaSource, Allocator {
  readonly #slot: number;
  #taken = false;

  constructor(slot: number, taken: boolean) {
    this.#slot = slot;
    this.#taken = taken;
  }

  alloc(): Address {
    if (this.#taken) return 0;
    this.#taken = true;
    return ARENAS_AT + (this.#slot - 1) * GEOMETRY.arenaBytes;
  }

  malloc(): Address {
    return 0;
  }

  calloc(): Address {
    return 0;
  }

  realloc(): Address {
    return VECTORS_AT + this.#slot * VECTOR_BYTES;
  }

  free(): void {}
}

/** Level 2 as the thread of a slot has it. `begun`: whether the slot has its arena already. */
export function level2(env: Env, slot: number, begun: boolean): ObjectAllocator {
  const place = new Place(slot, begun);
  const arenas = new Arenas(env.words, LAYOUT, GEOMETRY, slot, place, place);
  return new ObjectAllocator(env.words, env.bytes, LAYOUT, GEOMETRY, slot, arenas, place);
}

/** The invariants of a slot at rest. */
export function checkInvariants(env: Env, slot: number): void {
  level2(env, slot, true).settle();
  checkSlot(env.words, LAYOUT, GEOMETRY, slot);
}

/** Blocks that the pools of a slot count as handed out, those in remote lists included. */
export function blocksOut(env: Env, slot: number): number {
  let out = 0;
  for (let pool = 0; pool < POOLS; pool++) {
    const header = headerOf(LAYOUT, pool);
    if (env.words[header + P_OWNER] === slot) out += env.words[header + P_COUNT];
  }
  return out;
}

/** Names for reports. */
export function nameOf(word: number): string | undefined {
  const at = word * 4;
  const firstPool = ARENAS_AT >> GEOMETRY.poolBits;
  if (at >= ARENAS_AT) return `pool ${(at >> GEOMETRY.poolBits) - firstPool}+${at % (1 << GEOMETRY.poolBits)}`;
  if (word >= LAYOUT.hints) return `hints ${word - LAYOUT.hints}`;
  if (word >= LAYOUT.remote) return `remote of pool ${word - LAYOUT.remote - firstPool}`;
  if (word >= LAYOUT.headers) {
    const fields = [
      'count',
      'free',
      'next',
      'prev',
      'class',
      'virgin',
      'virgin max',
      'magic',
      'owner',
      'arena',
      'collect',
    ];
    return `pool ${numberOf(LAYOUT, word) - firstPool}.${fields[(word - LAYOUT.headers) % 16]}`;
  }
  if (at >= VECTORS_AT) return `arena object of slot ${Math.floor((at - VECTORS_AT) / VECTOR_BYTES)}, word ${word % 8}`;
  if (at >= SLOTS_AT) {
    const within = (word - LAYOUT.slots) % (SLOT_BYTES >> 2);
    return `slot ${Math.floor((at - SLOTS_AT) / SLOT_BYTES)}.${within === S_PENDING ? 'pending' : within}`;
  }
  return undefined;
}
