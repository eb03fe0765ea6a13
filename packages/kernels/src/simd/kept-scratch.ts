/**
 * Scratch that survives no death: every block that a kernel works in has a name, by which it is given back when its thread is gone.
 *
 * ```
 * root 'KRNS':  slot 0 | slot 1 | slot 2 | …       for each thread's slot 4 words, each the address of a block, or 0
 * ```
 *
 * Only the slot's thread writes its words, or who reaps it. A kernel that calls another holds two blocks, none more than that; when all
 * words are taken, there is no room.
 *
 * If the thread dies here: a word is 0, or names a block (the heap's named blocks see to that), and who reaps the slot gives back
 * what is named. Doing so a second time finds zeros.
 */
import type { ScratchAllocator } from './engine.ts';

/** Blocks by their addresses. */
export interface RawBlockSource {
  /** `count` times `size` bytes that are 0; answers 0 when there is no room. */
  calloc(count: number, size: number): number;
  /** Gives a block back. */
  free(address: number): void;
}

/** Blocks whose addresses are in words of the heap. */
export interface NamedBlockSource {
  /** Takes a block of `size` bytes, whose address goes into the word with index `name`. Returns whether there was room. */
  take(name: number, size: number, zero: boolean): boolean;
  /** Gives the block back that the word names. */
  give(name: number): void;
}

/** A heap with named blocks, such as a `SharedHeap`. */
export interface NamingHeap {
  /** The heap as 32-bit words. */
  readonly words: Int32Array;
  /** The slot of the calling thread. */
  readonly slot: number;
  /** Takes and gives back blocks without names. */
  readonly raw: RawBlockSource;
  /** Takes and gives back blocks whose address is in a word. */
  readonly named: NamedBlockSource;
  /** The address that all threads keep under a name. */
  root(name: string, create: () => number, discard: (address: number) => void): number;
  /** Says what to do for a slot whose thread is gone. */
  keep(name: string, giveBack: (slot: number) => void): void;
}

const rootName = 'KRNS';
/** As many slots as a heap has. */
const slots = 256;
/** Blocks that a thread can hold at once. */
const depth = 4;

/**
 * Scratch for {@link accelerate} that is given back when the thread that runs a kernel dies in it.
 *
 * @param heap - a heap to which the calling thread is attached
 * @returns what `accelerate` takes
 * @throws what the heap throws when it has no room for a table of 4 KiB, or the thread is not attached
 * @example
 * ```ts
 * import { SharedHeap } from '@sharena/heap';
 * import { accelerate, scratchIn } from '@sharena/kernels';
 *
 * using heap = SharedHeap.create({ reserve: '64MiB' });
 * accelerate(heap.handle.memory, scratchIn(heap));
 * ```
 * @remarks Threads: each for itself, once; it must belong to the thread that calls kernels, and a thread that reaps others needs it too. Blocks:
 *   never; allocates: the table, once a heap.
 */
export function scratchIn(heap: NamingHeap): ScratchAllocator {
  const table = heap.root(
    rootName,
    () => makeTable(heap),
    (unused) => heap.raw.free(unused),
  );
  const namesOf = (slot: number): number => (table >>> 2) + slot * depth;
  heap.keep(rootName, (slot) => {
    for (let name = namesOf(slot); name < namesOf(slot + 1); name++) if (heap.words[name] !== 0) heap.named.give(name);
  });
  const first = namesOf(heap.slot);
  return {
    malloc(bytes: number): number {
      const name = nameOf(heap.words, first, 0);
      if (name < 0 || !heap.named.take(name, bytes, false)) throw new Error(`no room for ${bytes} bytes of scratch`);
      return heap.words[name]! >>> 0;
    },
    free(address: number): void {
      heap.named.give(nameOf(heap.words, first, address | 0));
    },
  };
}

function makeTable(heap: NamingHeap): number {
  const address = heap.raw.calloc(1, slots * depth * 4);
  if (address === 0) throw new Error('no room for the table of scratch');
  return address;
}

/** The word of a thread's that holds `value`, or -1. */
function nameOf(words: Int32Array, first: number, value: number): number {
  for (let name = first; name < first + depth; name++) if (words[name] === value) return name;
  return -1;
}
