/**
 * A slot as a thread works with it that is not its owner but has it to itself: it reaps the slot, or adopts from it, or is about
 * to give up its own. It does what the owner would do, by the same code; so if it dies, the slot is repaired like an owner's.
 */
import type { Geometry } from '../geometry.ts';
import { type Layout, S_PARKED, S_PENDING, S_PENDING_SLABS, S_RINGS } from '../layout.ts';
import { type Adopted, adoptArenas } from '../object/adopt.ts';
import { ArenaPools, type Leftovers } from '../object/arena-pools.ts';
import type { ArenaSource } from '../object/arena-source.ts';
import { Arenas } from '../object/arenas.ts';
import { gridOf } from '../pools/grid.ts';
import { PoolSet } from '../pools/pool-set.ts';
import { type SlabLeftovers, Slabs } from '../raw/slabs.ts';
import type { Spans } from '../raw/spans.ts';
import { leaveSlot, slotWord } from './slots.ts';

/** What a slot's levels are made of: the same for every slot that a thread holds. */
export interface Surroundings {
  /** The heap as 32-bit words. */
  readonly words: Int32Array;
  /** Its tables. */
  readonly layout: Layout;
  /** Its constants. */
  readonly geometry: Geometry;
  /** Its pages, as the calling thread works with them. */
  readonly spans: Spans;
  /** Where arenas go back to. */
  readonly source: ArenaSource;
  /** What threads that are gone have left. */
  readonly leftovers: Leftovers & SlabLeftovers;
}

/** A slot that the calling thread has to itself, at rest: valid, and no pool in the middle of anything. */
export class HeldSlot {
  /** Its slabs. */
  readonly slabs: Slabs;
  readonly #surroundings: Surroundings;
  readonly #number: number;
  readonly #slot: number;
  readonly #arenas: Arenas;
  readonly #source: ArenaPools;
  readonly #pools: PoolSet;

  /**
   * @param surroundings - what its levels are made of
   * @param number - the slot's number
   */
  constructor(surroundings: Surroundings, number: number) {
    const { words, layout, geometry, spans, source, leftovers } = surroundings;
    this.#surroundings = surroundings;
    this.#number = number;
    this.#slot = slotWord(layout, number);
    this.#arenas = new Arenas(words, layout, geometry, number, spans, source);
    this.#source = new ArenaPools(words, layout, geometry, number, this.#arenas, leftovers);
    const [rings, parked] = [this.#slot + S_RINGS, this.#slot + S_PARKED];
    this.#pools = new PoolSet(words, this.#slot, rings, parked, layout, gridOf(geometry), this.#source);
    this.slabs = new Slabs(words, layout, number, spans, leftovers);
  }

  /** Takes back all that other threads have freed, and gives back what is wholly free. */
  tidy(): void {
    this.#source.collectAll(this.#pools);
    this.#arenas.releaseEmpty();
    this.slabs.collectAll();
    this.slabs.releaseEmpty();
  }

  /** Tells the owner of a pool, whoever it is, that the pool's remote list is no longer empty. */
  hint(number: number): void {
    this.#source.hint(number);
  }

  /** Moves the arenas in which something is free to the slot of `into`, which must be the calling thread's own. */
  moveArenas(into: ArenaPools, pools: PoolSet): Adopted {
    const { words, layout, geometry } = this.#surroundings;
    return adoptArenas(words, layout, geometry, this.#number, this.#arenas, into, pools);
  }

  /**
   * Lets the slot go: as free when nothing is left in it, else as abandoned.
   *
   * @param arenas - whether there may be something free in what arenas are left
   * @param slabs - the same for slabs
   */
  letGo(arenas: boolean, slabs: boolean): void {
    const { words, layout } = this.#surroundings;
    const ownsArenas = this.#arenas.releaseEmpty();
    if (!ownsArenas) this.#arenas.releaseVector();
    if (arenas && ownsArenas) Atomics.store(words, this.#slot + S_PENDING, 1);
    if (slabs && this.slabs.any) Atomics.store(words, this.#slot + S_PENDING_SLABS, 1);
    leaveSlot(words, layout, this.#number, ownsArenas || this.slabs.any);
  }
}
