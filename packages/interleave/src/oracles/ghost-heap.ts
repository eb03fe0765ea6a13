/**
 * The ghost heap: which blocks are handed out, in the view of their users.
 *
 * A thread tells it after an allocation and before a free. Wrong are: a block that overlaps a live one (handed out twice), the
 * free of a block that is not live, and, at the end, a live block that nobody holds, beyond one for each dead thread.
 */
import type { Env } from '../scenario.ts';
import type { Oracle } from './oracle.ts';

interface Block {
  readonly address: number;
  readonly size: number;
  readonly owner: string;
}

type Blocks = readonly Block[];

type HeapEvent =
  | { readonly kind: 'allocated'; readonly address: number; readonly size: number }
  | { readonly kind: 'freeing' | 'kept'; readonly address: number };

/** See {@link ghostHeap}. */
export interface GhostHeap extends Oracle<Blocks> {
  /**
   * A block was handed out. Tell it right after the call that allocated.
   * @step
   */
  allocated(env: Env, address: number, size: number): void;
  /**
   * The block is about to be freed: from now on it can be handed out again. Tell it right before the call that frees.
   * @step
   */
  freeing(env: Env, address: number): void;
  /**
   * The block is meant to live on after the end.
   * @step
   */
  kept(env: Env, address: number): void;
}

export interface GhostHeapOptions {
  /** False if blocks may be live at the end. Default true. */
  readonly empty?: boolean;
  /** The name in the scenario, if it has more than one. */
  readonly name?: string;
}

/**
 * An oracle that knows which blocks are live.
 *
 * @example
 * ```ts
 * import { ghostHeap } from '@sharena/interleave';
 *
 * const heap = ghostHeap(); // in a thread: heap.allocated(env, address, 16); … heap.freeing(env, address); free(address);
 * console.log(heap.name);
 * ```
 */
export function ghostHeap(options: GhostHeapOptions = {}): GhostHeap {
  const { name = 'ghost heap', empty = true } = options;
  const tell = (env: Env, event: HeapEvent): void => env.tell(name, event);
  return {
    name,
    initial: [],
    apply: (blocks, thread, event) => applyTo(blocks, thread, event as HeapEvent),
    fingerprint: (blocks) => blocks.map(({ address, size, owner }) => `${address}+${size}${owner}`).sort().join(),
    atEnd: (blocks, dead) => (empty ? leakIn(blocks, dead) : undefined),
    // `tell` gives a generator to a logical thread and nothing to a real one; either is handed on.
    allocated: (env, address, size) => tell(env, { kind: 'allocated', address, size }),
    freeing: (env, address) => tell(env, { kind: 'freeing', address }),
    kept: (env, address) => tell(env, { kind: 'kept', address }),
  };
}

function applyTo(blocks: Blocks, thread: string, event: HeapEvent): Blocks {
  if (event.kind === 'allocated') return withBlock(blocks, { address: event.address, size: event.size, owner: thread });
  const found = blocks.find((block) => block.address === event.address);
  if (found === undefined) throw new Error(`${thread} frees ${event.address}, which is not a live block`);
  return blocks.filter((block) => block !== found);
}

function withBlock(blocks: Blocks, made: Block): Blocks {
  const other = blocks.find((block) => block.address < made.address + made.size && made.address < block.address + block.size);
  if (other === undefined) return [...blocks, made];
  throw new Error(`${made.owner} is given ${made.address} (${made.size} bytes) while ${other.owner} holds ${other.address} (${other.size} bytes)`);
}

function leakIn(blocks: Blocks, dead: readonly string[]): string | undefined {
  const lost = blocks.filter((block) => !dead.includes(block.owner));
  if (lost.length === 0) return undefined;
  return `never freed: ${lost.map((block) => `${block.address} of ${block.owner}`).join(', ')}`;
}
