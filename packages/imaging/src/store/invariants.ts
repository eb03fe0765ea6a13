/**
 * What must hold among the images of a heap. Walks all records and cells. Exact while all threads are at rest.
 *
 *   1  no two blocks overlap: of tables, of cells, of both
 *   2  every row begins at a multiple of its image's alignment, and ends inside the heap
 *   3  a LIVE image has all of its blocks, and a holder; its holders are slots that have threads
 *   4  a FREE record names nothing: no blocks, no table, no lock
 *   5  a CACHED cell names a block, an EMPTY one names none; cached are no more than may be
 *   6  blocks allocated = freed + cached + those of live chains
 *
 * At rest also: no record is BUSY or CLOSING, no cell is HELD, and nobody is doing anything to a block.
 */
import { type SharedHeap, SharenaError } from '@sharena/heap';
import {
  C_ADDRESS,
  C_SIZE,
  C_STATE,
  HOLDER_WORDS,
  L_ALLOCATED,
  L_DOING,
  L_FREED,
  LEDGER_WORDS,
  R_BLOCKS,
  R_CONTROL,
  R_HEIGHT,
  R_HOLDERS,
  R_IS_BLOCK,
  R_LOCK,
  R_MODE,
  R_TABLE,
  R_WIDTH,
  SLOTS,
  W_LEDGERS,
} from '../layout.ts';
import { MODES } from '../modes.ts';
import { FREE, LIVE, stateOf } from '../records/control.ts';
import { blockBytes } from './cut.ts';
import { cutOf, type Hand } from './hand.ts';
import { sumOf } from './stats.ts';

const EMPTY = 0;
const CACHED = 1;

/** A block that somebody names. */
interface Named {
  readonly address: number;
  readonly size: number;
  readonly what: string;
}

/** Checks the images of a heap. @throws {SharenaError} `ERR_SHARENA_CORRUPT` */
export function checkImages(heap: SharedHeap, store: number, hand: Hand, atRest: boolean): void {
  new Check(heap, store, hand, atRest).run();
}

class Check {
  readonly #heap: SharedHeap;
  readonly #words: Int32Array;
  readonly #store: number;
  readonly #hand: Hand;
  readonly #atRest: boolean;
  readonly #named: Named[] = [];
  #chained = 0;
  #cached = 0;

  constructor(heap: SharedHeap, store: number, hand: Hand, atRest: boolean) {
    this.#heap = heap;
    this.#words = heap.words;
    this.#store = store;
    this.#hand = hand;
    this.#atRest = atRest;
  }

  run(): void {
    this.#hand.records.forEach((record, word, index) => {
      try {
        this.#record(record, stateOf(word), `image ${index}`);
      } catch (error) {
        // While the word says the same as before, nobody has had the record for another image.
        if (this.#atRest || Atomics.load(this.#words, record + R_CONTROL) === word) throw error;
      }
    });
    this.#hand.cells.forEach((cell, index) => {
      this.#cell(cell, `cell ${index}`);
    });
    this.#overlaps();
    if (!this.#atRest) return;
    const limit = this.#hand.cells.limit();
    expect(this.#cached <= limit, 5, `${this.#cached} blocks are cached, which may be ${limit}`);
    this.#ledgers();
  }

  #record(record: number, state: number, what: string): void {
    if (state === LIVE) return this.#live(record, what);
    if (state !== FREE) return expect(!this.#atRest, 3, `${what} is in state ${state} at rest`);
    for (const [word, name] of [
      [R_BLOCKS, 'blocks'],
      [R_TABLE, 'a table'],
      [R_LOCK, 'a lock'],
    ] as const) {
      expect(this.#words[record + word] === 0, 4, `${what} is free and has ${name}`);
    }
  }

  #live(record: number, what: string): void {
    const words = this.#words;
    const cut = cutOf(words, record);
    const height = words[record + R_HEIGHT];
    const lineSize = words[record + R_WIDTH] * (MODES[words[record + R_MODE]]?.pixelSize ?? Number.NaN);
    expect(lineSize <= cut.stride, 2, `${what} has lines of ${lineSize} bytes, ${cut.stride} apart`);
    expect(
      cut.blocks === 0 || cut.stride % cut.alignment === 0,
      2,
      `${what} has lines ${cut.stride} apart, aligned to ${cut.alignment}`,
    );
    const expected = lineSize * height === 0 ? 0 : Math.ceil(height / cut.linesPerBlock);
    expect(cut.blocks === expected, 3, `${what} has ${cut.blocks} blocks, of ${expected}`);
    for (let i = 0; i < cut.blocks; i++) {
      const address = words[(words[record + R_TABLE] >>> 2) + i] >>> 0;
      expect(address !== 0, 3, `${what} lacks block ${i}`);
      this.#named.push({ address, size: blockBytes(cut, height, i), what: `${what}, block ${i}` });
    }
    if (words[record + R_IS_BLOCK] === 0) this.#chained += cut.blocks;
    if (this.#atRest) this.#holders(record, what);
  }

  #holders(record: number, what: string): void {
    expect(this.#hand.holders.isHeld(record), 3, `${what} is live and nobody holds it`);
    for (let slot = 0; slot < HOLDER_WORDS * 32; slot++) {
      const holds = (this.#words[record + R_HOLDERS + (slot >>> 5)] & (1 << (slot & 31))) !== 0;
      expect(!holds || this.#heap.hasThread(slot), 3, `${what} is held by slot ${slot}, which has no thread`);
    }
  }

  #cell(cell: number, what: string): void {
    const state = this.#words[cell + C_STATE];
    const address = this.#words[cell + C_ADDRESS] >>> 0;
    if (state === EMPTY) return expect(address === 0 || !this.#atRest, 5, `${what} is empty and names ${address}`);
    if (state !== CACHED) return expect(!this.#atRest, 5, `${what} is in state ${state} at rest`);
    expect(address !== 0 || !this.#atRest, 5, `${what} is cached and names nothing`);
    this.#cached++;
    this.#named.push({ address, size: this.#words[cell + C_SIZE], what });
  }

  #overlaps(): void {
    if (!this.#atRest) return;
    this.#named.sort((a, b) => a.address - b.address);
    this.#named.forEach(({ address, size, what }, i) => {
      const next = this.#named[i + 1];
      const end = next?.address ?? this.#heap.bytes.length;
      expect(
        address + size <= end,
        1,
        `${what} reaches to ${address + size}, into ${next?.what ?? 'nothing'} at ${end}`,
      );
      const usable = this.#heap.named.usableSize(address);
      expect(size <= usable, 1, `${what} has ${size} bytes in a block of ${usable}`);
    });
  }

  #ledgers(): void {
    const [allocated, freed] = [L_ALLOCATED, L_FREED].map((counter) => sumOf(this.#words, this.#store, counter));
    expect(
      ((allocated - freed) | 0) === this.#cached + this.#chained,
      6,
      `${allocated} blocks were allocated, ${freed} freed, ${this.#cached} are cached and ${this.#chained} live`,
    );
    for (let slot = 1; slot < SLOTS; slot++) {
      const doing = this.#words[this.#store + W_LEDGERS + slot * LEDGER_WORDS + L_DOING];
      expect(doing === 0, 6, `slot ${slot} is doing something to a block at rest`);
    }
  }
}

function expect(holds: boolean, invariant: number, what: string): void {
  if (!holds) throw new SharenaError('ERR_SHARENA_CORRUPT', `images, invariant ${invariant}: ${what}`);
}
