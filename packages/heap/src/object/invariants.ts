/**
 * The invariants of level 2, checked by walking one slot. For tests and for doubts: it reads every pool.
 *
 * Exact only while the slot's owner is at rest; the calling thread should be that owner. Frees by other threads may go on.
 *
 *   I1  ring c holds exactly the pools of class c with 0 < count < capacity
 *   I2  free blocks + virgin blocks + count = capacity
 *   I3  every free block begins at a multiple of the block size behind the header, below P_VIRGIN, and occurs once
 *   I4  P_FREE is 0 iff the pool is full
 *   I5  the usable arenas are sorted by free pools, each with at least one; arenas with none are in no list
 *   I6  finger k is the last usable arena with k free pools, or 0
 *   I7  an arena object's address is 0 iff the object is on the unused list
 *   I8  free pools = stacked pools + pools never carved
 *   I9  at most one usable arena is wholly free, and it is the last; of those of level 1: others may have to be kept
 *   I10 arenas now <= highwater <= total
 *   I13, R1 to R3: see pools/block-check.ts
 */
import { SharenaError } from '../errors.ts';
import { classSize, type Geometry, POOL_OVERHEAD, POOLS_PER_ARENA } from '../geometry.ts';
import {
  A_ADDRESS,
  A_FREE_POOLS,
  A_NEXT,
  A_POOL_ADDRESS,
  A_PREV,
  A_SOURCE,
  A_STACK,
  A_TOTAL_POOLS,
  ARENA_OBJECT_BYTES,
  headerOf,
  type Layout,
  NO_CLASS,
  numberOf,
  P_ARENA,
  P_CLASS,
  P_COUNT,
  P_FREE,
  P_NEXT,
  P_OWNER,
  P_PREV,
  remoteOf,
  S_ARENAS,
  S_ARENAS_CURRENT,
  S_ARENAS_HIGHWATER,
  S_ARENAS_LENGTH,
  S_ARENAS_TOTAL,
  S_FINGERS,
  S_PARKED,
  S_RINGS,
  S_UNUSED,
  S_USABLE,
} from '../layout.ts';
import { checkBlocks } from '../pools/block-check.ts';
import { slotWord } from '../threads/slots.ts';

/** Checks the slot with that number. @throws {SharenaError} `ERR_SHARENA_CORRUPT`, naming the invariant and the place */
export function checkSlot(words: Int32Array, layout: Layout, geometry: Geometry, number: number): void {
  new SlotChecker(words, layout, geometry, number).check();
}

class SlotChecker {
  readonly #words: Int32Array;
  readonly #layout: Layout;
  readonly #geometry: Geometry;
  readonly #number: number;
  readonly #slot: number;

  constructor(words: Int32Array, layout: Layout, geometry: Geometry, number: number) {
    this.#words = words;
    this.#layout = layout;
    this.#geometry = geometry;
    this.#number = number;
    this.#slot = slotWord(layout, number);
  }

  check(): void {
    const words = this.#words;
    const slot = this.#slot;
    const usable = this.#usableArenas();
    const unused = this.#unusedObjects();
    const inRings = this.#poolsInRings();
    let current = 0;
    for (let id = 1; id <= words[slot + S_ARENAS_LENGTH]; id++) {
      const free = words[this.#object(id) + A_FREE_POOLS];
      const live = words[this.#object(id) + A_ADDRESS] !== 0;
      this.#expect(live !== unused.has(id), 'I7', `arena object ${id - 1}`);
      if (!live) continue;
      current++;
      this.#expect(free > 0 === usable.includes(id), 'I5', `arena ${id - 1} with ${free} free pools`);
      this.#checkArena(id, inRings);
    }
    this.#expect(inRings.size === 0, 'I1', `${inRings.size} pools in rings that no arena has`);
    this.#expect(current === words[slot + S_ARENAS_CURRENT], 'I10', `${current} arenas`);
    this.#expect(current <= words[slot + S_ARENAS_HIGHWATER], 'I10', 'highwater');
    this.#expect(words[slot + S_ARENAS_HIGHWATER] <= words[slot + S_ARENAS_TOTAL], 'I10', 'total');
  }

  #object(id: number): number {
    return (this.#words[this.#slot + S_ARENAS] >>> 2) + (id - 1) * (ARENA_OBJECT_BYTES >> 2);
  }

  #usableArenas(): number[] {
    const words = this.#words;
    const list: number[] = [];
    const lastWith = new Map<number, number>();
    let previous = 0;
    let least = 1;
    for (let id = words[this.#slot + S_USABLE]; id !== 0; id = words[this.#object(id) + A_NEXT]) {
      const free = words[this.#object(id) + A_FREE_POOLS];
      this.#expect(words[this.#object(id) + A_PREV] === previous, 'I5', `previous of arena ${id - 1}`);
      this.#expect(free >= least, 'I5', `arena ${id - 1} with ${free} free pools behind one with ${least}`);
      const whole = free === words[this.#object(id) + A_TOTAL_POOLS] && words[this.#object(id) + A_SOURCE] === 0;
      this.#expect(!whole || words[this.#object(id) + A_NEXT] === 0, 'I9', `arena ${id - 1}`);
      lastWith.set(free, id);
      list.push(id);
      least = free;
      previous = id;
    }
    for (let free = 0; free <= POOLS_PER_ARENA; free++) {
      const finger = words[this.#slot + S_FINGERS + free];
      this.#expect(finger === (lastWith.get(free) ?? 0), 'I6', `finger ${free} is ${finger}`);
    }
    return list;
  }

  #unusedObjects(): Set<number> {
    const unused = new Set<number>();
    for (let id = this.#words[this.#slot + S_UNUSED]; id !== 0; id = this.#words[this.#object(id) + A_NEXT]) {
      this.#expect(!unused.has(id), 'I7', `arena object ${id - 1} twice`);
      unused.add(id);
    }
    return unused;
  }

  /** Pool header -> class, for all pools in rings. */
  #poolsInRings(): Map<number, number> {
    const words = this.#words;
    const found = new Map<number, number>();
    for (let index = 0; index < this.#geometry.classes; index++) {
      const sentinel = this.#slot + S_RINGS + index * 4;
      let previous = sentinel;
      for (let pool = words[sentinel + P_NEXT]; pool !== sentinel && pool !== 0; pool = words[pool + P_NEXT]) {
        this.#expect(!found.has(pool), 'I1', `pool ${this.#name(pool)} twice`);
        this.#expect(words[pool + P_PREV] === previous, 'I1', `previous of pool ${this.#name(pool)}`);
        found.set(pool, index);
        previous = pool;
      }
    }
    return found;
  }

  #checkArena(id: number, inRings: Map<number, number>): void {
    const words = this.#words;
    const arena = this.#object(id);
    const poolBytes = 1 << this.#geometry.poolBits;
    const first = Math.ceil((words[arena + A_ADDRESS] >>> 0) / poolBytes);
    const end = (words[arena + A_POOL_ADDRESS] >>> 0) / poolBytes;
    const stacked = new Set<number>();
    for (let pool = words[arena + A_STACK]; pool !== 0; pool = words[pool + P_NEXT]) {
      this.#expect(!stacked.has(pool) && words[pool + P_COUNT] === 0, 'I8', `stacked pool ${this.#name(pool)}`);
      stacked.add(pool);
    }
    const virgin = words[arena + A_TOTAL_POOLS] - (end - first);
    this.#expect(words[arena + A_FREE_POOLS] === stacked.size + virgin, 'I8', `arena ${id - 1}`);
    for (let pool = first; pool < end; pool++) {
      const header = headerOf(this.#layout, pool);
      this.#expect(words[header + P_OWNER] === this.#number, 'I7', `owner of pool ${this.#name(header)}`);
      this.#expect(words[header + P_ARENA] === id - 1, 'I7', `arena of pool ${this.#name(header)}`);
      if (words[header + P_CLASS] !== NO_CLASS) this.#checkBlocks(header);
      if (!stacked.has(header)) this.#checkRing(header, inRings);
    }
  }

  #checkBlocks(pool: number): void {
    const { poolBits } = this.#geometry;
    const number = numberOf(this.#layout, pool);
    const extent = {
      header: pool,
      address: number * 2 ** poolBits,
      bytes: 1 << poolBits,
      first: POOL_OVERHEAD,
      size: classSize(this.#geometry, this.#words[pool + P_CLASS]),
      remote: remoteOf(this.#layout, number),
    };
    checkBlocks(this.#words, extent, (holds, invariant, where) =>
      this.#expect(holds, invariant, `pool ${this.#name(pool)}, ${where}`),
    );
  }

  #checkRing(pool: number, inRings: Map<number, number>): void {
    const words = this.#words;
    const index = words[pool + P_CLASS];
    const ring = words[pool + P_FREE] === 0 ? undefined : index;
    const counts = words[pool + P_COUNT] > 0 || words[this.#slot + S_PARKED] === pool;
    this.#expect(counts && inRings.get(pool) === ring, 'I1', `pool ${this.#name(pool)}`);
    inRings.delete(pool);
  }

  #name(pool: number): string {
    return `0x${(numberOf(this.#layout, pool) * 2 ** this.#geometry.poolBits).toString(16)}`;
  }

  #expect(holds: boolean, invariant: string, where: string): void {
    if (holds) return;
    throw new SharenaError('ERR_SHARENA_CORRUPT', `slot ${this.#number} breaks ${invariant}: ${where}`);
  }
}
