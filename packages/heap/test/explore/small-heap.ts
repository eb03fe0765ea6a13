/**
 * A heap small enough to explore: pools of two blocks, four slots and one for the check at the end, pages for a few arenas.
 * Production code over a layout of its own; arenas and vectors are real spans, though only the first pools are ever touched.
 */
import { check, type Env } from '@sharena/interleave';
import type { Geometry } from '../../src/geometry.ts';
import {
  headerOf,
  type Layout,
  NO_CLASS,
  numberOf,
  P_CLASS,
  P_COUNT,
  P_FREE,
  P_OWNER,
  P_VIRGIN,
  PAGE_BITS,
  PAGE_BYTES,
  S_ARENAS_CURRENT,
  S_ARENAS_LENGTH,
  S_UNUSED,
  SLOT_BYTES,
} from '../../src/layout.ts';
import { SpanArenaSource } from '../../src/object/arena-source.ts';
import { ArenaSupply } from '../../src/object/arena-supply.ts';
import { Arenas } from '../../src/object/arenas.ts';
import { checkSlot } from '../../src/object/invariants.ts';
import { ObjectAllocator } from '../../src/object/object-allocator.ts';
import { type Grid, gridOf } from '../../src/pools/grid.ts';
import { remoteBlocks } from '../../src/pools/remote-set.ts';
import { RawAllocator } from '../../src/raw/raw-allocator.ts';
import { checkSlabs } from '../../src/raw/slab-check.ts';
import { SLAB_GRIDS, Slabs } from '../../src/raw/slabs.ts';
import {
  PAGE_ARENA,
  PAGE_FREE,
  PAGE_SLAB,
  PAGE_TAIL,
  pagePayload,
  pageSlot,
  pageState,
  Spans,
} from '../../src/raw/spans.ts';
import { Recovery, type RecoveryHome } from '../../src/threads/recovery.ts';
import { registerThread, SLOT_ABANDONED, SLOT_ALIVE, SLOT_FREE, slotState, slotWord } from '../../src/threads/slots.ts';
import { runsOf } from '../../src/walk.ts';

/** Size of every block that scenarios ask for. */
export const SIZE = 32;

/** Pools of 128 bytes: two blocks of 32 behind the header. An arena has 64 of them at the start of its page. */
const GEOMETRY: Readonly<Geometry> = {
  name: 'classic8',
  id: 0,
  alignmentBits: 4,
  classes: 2,
  poolBits: 7,
  arenaBytes: PAGE_BYTES,
};

const GRID: Readonly<Grid> = gridOf(GEOMETRY);

const PAGES = 16;
const SLOTS = 6;
const POOLS = (PAGES * PAGE_BYTES) >> GEOMETRY.poolBits;
const TABLES_AT = (4096 + SLOTS * SLOT_BYTES) >> 2;

/** Bytes of the whole. */
export const MEMORY: number = PAGES * PAGE_BYTES;

const LAYOUT: Readonly<Layout> = {
  pages: PAGES,
  slots: 1024,
  slotCount: SLOTS,
  spans: TABLES_AT,
  headers: TABLES_AT + PAGES,
  poolBits: GEOMETRY.poolBits,
  remote: TABLES_AT + PAGES + 16 * POOLS,
  remoteBits: 0,
  hints: TABLES_AT + PAGES + 17 * POOLS,
  firstPage: 9,
  endPage: PAGES,
};

/** The first word of the pages: arenas, slabs and blocks. */
export const PAGES_AT: number = (LAYOUT.firstPage * PAGE_BYTES) >> 2;

/** The slot of the check at the end: nobody else has it. */
const LAST = SLOTS - 1;

/** What one thread works with. */
export interface Thread {
  readonly slot: number;
  readonly object: ObjectAllocator;
  readonly arenas: Arenas;
  readonly slabs: Slabs;
  readonly recovery: Recovery;
}

/** The id of the thread that has a slot. */
export function threadOf(slot: number): number {
  return 100 + slot;
}

/** Attaches the threads of the slots 1 to `count`. */
export function attach(env: Env, count: number): void {
  for (let slot = 1; slot <= count; slot++) {
    registerThread(env.words, LAYOUT, threadOf(slot));
    thread(env, slot); // makes its rings
  }
}

function noRoom(): void {}

const HOME: Readonly<RecoveryHome> = { free: noRoom, adopted: noRoom, giveBackKept: noRoom };

/** What the thread of a slot works with. */
export function thread(env: Env, slot: number): Thread {
  const spans = new Spans(env.words, LAYOUT, slot);
  const source = new ArenaSupply(env.words, new SpanArenaSource(spans));
  const arenas = new Arenas(env.words, LAYOUT, GEOMETRY, slot, spans, source);
  const recovery = new Recovery(env.words, LAYOUT, GEOMETRY, slot, spans, source, HOME);
  const slabs = new Slabs(env.words, LAYOUT, slot, spans, recovery);
  const raw = new RawAllocator(env.words, env.bytes, LAYOUT, spans, slabs, noRoom);
  const object = new ObjectAllocator(env.words, env.bytes, LAYOUT, GEOMETRY, slot, arenas, raw, recovery);
  return { slot, object, arenas, slabs, recovery };
}

/** Level 2 of the thread of a slot. */
export function level2(env: Env, slot: number): ObjectAllocator {
  return thread(env, slot).object;
}

/** What threads hold: some words for each slot, most for the first, in a part of the header that is not used. */
const LEDGER = 512;
const LEDGER_END = 1024;

function entry(slot: number, i: number): number {
  return LEDGER + i + (slot === 1 ? 0 : 160 + 16 * slot);
}

/** Allocates a block and enters it as the thread's number `i`, or as that of slot `holder`. */
export function take(env: Env, { slot, object }: Thread, i: number, holder: number = slot, size: number = SIZE): void {
  const block = object.malloc(size);
  check(block !== 0, 'there is no room');
  env.words[entry(holder, i)] = block;
}

/** Frees what is entered as the thread's number `i`. */
export function give(env: Env, { slot, object }: Thread, i: number): void {
  const block = env.words[entry(slot, i)];
  env.words[entry(slot, i)] = 0;
  if (block !== 0) object.free(block);
}

/** All blocks that are entered. */
export function held(env: Env): number[] {
  const blocks: number[] = [];
  for (let at = LEDGER; at < LEDGER_END; at++) if (env.words[at] !== 0) blocks.push(env.words[at]);
  check(new Set(blocks).size === blocks.length, `two threads hold one block: ${blocks}`);
  return blocks;
}

/** Makes the vector of a slot as short as it can be: its next arena needs a longer one. */
export function shortenVector(env: Env, slot: number): void {
  const first = slotWord(LAYOUT, slot);
  env.words[first + S_ARENAS_LENGTH] = env.words[first + S_ARENAS_CURRENT];
  env.words[first + S_UNUSED] = 0;
}

/** A thread that attaches: its slot. */
export function register(env: Env, threadId: number): number {
  return registerThread(env.words, LAYOUT, threadId);
}

/** The invariants of a slot at rest. */
export function checkInvariants(env: Env, slot: number): void {
  level2(env, slot).settle();
  checkSlot(env.words, LAYOUT, GEOMETRY, slot);
  checkSlabs(env.words, LAYOUT, runsOf(new Spans(env.words, LAYOUT, slot)), slot);
}

/** The words for a look at all pools when every thread has ended: reads through a view of this type are no steps. */
function atRest(words: Int32Array): Int32Array<ArrayBuffer> {
  return words as Int32Array<ArrayBuffer>;
}

/** Every block that some pool or slab counts as handed out and that is in no remote set. For the end: see {@link atRest}. */
export function blocksInUse(env: Env): number[] {
  const { words } = env;
  const still = atRest(words);
  const blocks: number[] = [];
  for (let number = 0; number < POOLS; number++) {
    if (still[headerOf(LAYOUT, number) + P_OWNER] !== 0) blocks.push(...usedBlocks(words, number, GRID));
  }
  for (let page = LAYOUT.firstPage; page < LAYOUT.endPage; page++) {
    const word = words[LAYOUT.spans + page];
    if (pageState(word) !== PAGE_SLAB) continue;
    blocks.push(
      ...usedBlocks(words, page << (PAGE_BITS - LAYOUT.poolBits), SLAB_GRIDS[pagePayload(word) === 1 ? 0 : 1]),
    );
  }
  return blocks;
}

function usedBlocks(words: Int32Array, number: number, grid: Grid): number[] {
  const pool = headerOf(LAYOUT, number);
  if (words[pool + P_CLASS] === NO_CLASS) return [];
  const first = number << GEOMETRY.poolBits;
  const free = new Set<number>();
  for (let block = words[pool + P_FREE]; block !== 0; block = words[block >>> 2]) free.add(block);
  const size = grid.sizes[words[pool + P_CLASS]];
  const carved = (words[pool + P_VIRGIN] - grid.first) / size;
  for (const block of remoteBlocks(words, LAYOUT.remote + number, carved)) free.add(first + grid.first + block * size);
  const used: number[] = [];
  for (let offset = grid.first; offset < words[pool + P_VIRGIN]; offset += size) {
    if (!free.has(first + offset)) used.push(first + offset);
  }
  return used;
}

/**
 * The end of a scenario: reaps who is dead, checks every slot, frees what is in use, and looks whether all pages came back.
 *
 * @param live - the blocks that threads still hold
 * @param lost - how many more may be in use: those that a thread was being handed, or was giving back, as it died
 * @param dead - the slots of the threads that died
 */
export function everythingComesBack(env: Env, live: readonly number[], lost: number, dead: readonly number[]): void {
  registerLast(env);
  const last = thread(env, LAST);
  for (const slot of dead) last.recovery.reap(threadOf(slot));
  for (let slot = 1; slot < LAST; slot++) {
    const state = slotState(env.words, LAYOUT, slot);
    check(state !== SLOT_ALIVE || !dead.includes(slot), `slot ${slot} is still that of a dead thread`);
    if (state === SLOT_ALIVE) {
      const { object, slabs } = thread(env, slot);
      object.collect();
      slabs.collect();
      checkNothingWaits(env.words, slot);
    }
    if (state !== SLOT_FREE) checkInvariants(env, slot);
  }
  // Somebody else takes what is abandoned, and dies at once: it has nothing that belongs to another slot.
  for (let slot = 1; slot < LAST; slot++) {
    if (slotState(env.words, LAYOUT, slot) !== SLOT_ABANDONED) continue;
    register(env, threadOf(slot) + 100);
    last.recovery.reap(threadOf(slot) + 100);
  }
  const used = blocksInUse(env);
  for (const block of used) {
    const span = env.words[LAYOUT.spans + Math.floor(block / PAGE_BYTES)];
    const owner = env.words[headerOf(LAYOUT, block >>> GEOMETRY.poolBits) + P_OWNER];
    if (pageState(span) === PAGE_SLAB || pageState(span) === PAGE_TAIL) continue;
    check(pageState(span) === PAGE_ARENA && pageSlot(span) === owner, `block ${block} is in no arena of slot ${owner}`);
  }
  for (const block of live) check(used.includes(block), `block ${block} is in use, and free as well`);
  check(used.length <= live.length + lost, `${used.length - live.length} blocks are lost, at most ${lost} may be`);
  for (const block of used) last.object.free(block);
  for (let slot = 1; slot < LAST; slot++) {
    if (slotState(env.words, LAYOUT, slot) === SLOT_ALIVE) thread(env, slot).recovery.leave();
  }
  last.recovery.tidy();
  last.recovery.leave();
  for (let slot = 1; slot < SLOTS; slot++)
    check(slotState(env.words, LAYOUT, slot) === SLOT_FREE, `slot ${slot} is not free`);
  for (let page = LAYOUT.firstPage; page < LAYOUT.endPage; page++) {
    check(pageState(env.words[LAYOUT.spans + page]) === PAGE_FREE, `page ${page} is not free`);
  }
  const still = atRest(env.words);
  for (let number = 0; number < POOLS; number++) {
    check(still[headerOf(LAYOUT, number) + P_OWNER] === 0, `pool ${number} has an owner`);
  }
}

/** Owners are told of what was freed: after a collection there is nothing in remote sets. */
function checkNothingWaits(words: Int32Array, slot: number): void {
  const still = atRest(words);
  for (let number = 0; number < POOLS; number++) {
    if (still[headerOf(LAYOUT, number) + P_OWNER] !== slot) continue;
    check(words[LAYOUT.remote + number] === 0, `blocks of pool ${number} wait for ever`);
  }
  for (let page = LAYOUT.firstPage; page < LAYOUT.endPage; page++) {
    const word = words[LAYOUT.spans + page];
    if (pageState(word) !== PAGE_SLAB || pageSlot(word) !== slot) continue;
    check(
      remoteBlocks(words, LAYOUT.remote + (page << (PAGE_BITS - LAYOUT.poolBits)), 1024).length === 0,
      `blocks of slab ${page} wait for ever`,
    );
  }
}

/** The last slot is taken although others are abandoned or free. */
function registerLast(env: Env): void {
  env.words[LAYOUT.slots + LAST * (SLOT_BYTES >> 2)] = (threadOf(LAST) << 3) | SLOT_ALIVE;
}

/** Blocks that the pools of a slot count as handed out, those in remote sets included. For the end: see {@link atRest}. */
export function blocksOut(env: Env, slot: number): number {
  const still = atRest(env.words);
  let out = 0;
  for (let number = 0; number < POOLS; number++) {
    const pool = headerOf(LAYOUT, number);
    if (still[pool + P_OWNER] === slot) out += still[pool + P_COUNT];
  }
  return out;
}

/** Names for reports. */
export function nameOf(word: number): string | undefined {
  const at = word * 4;
  if (at >= LAYOUT.firstPage * PAGE_BYTES) {
    return `pool ${at >> GEOMETRY.poolBits}+${at % (1 << GEOMETRY.poolBits)}`;
  }
  if (word >= LAYOUT.hints) return `hints ${word - LAYOUT.hints}`;
  if (word >= LAYOUT.remote) return `remote of pool ${word - LAYOUT.remote}`;
  if (word >= LAYOUT.headers) {
    const fields = 'count free next prev class virgin max magic owner arena'.split(' ');
    return `pool ${numberOf(LAYOUT, word)}.${fields[(word - LAYOUT.headers) % 16]}`;
  }
  if (word >= LAYOUT.spans) return `page ${word - LAYOUT.spans}`;
  if (word < LAYOUT.slots) return `header ${word}`;
  const within = (word - LAYOUT.slots) % (SLOT_BYTES >> 2);
  const names: Record<number, string> = { 0: 'state', 16: 'pending', 32: 'vector', 33: 'length', 43: 'freeing' };
  return `slot ${Math.floor((at - 4096) / SLOT_BYTES)}.${names[within] ?? within}`;
}
