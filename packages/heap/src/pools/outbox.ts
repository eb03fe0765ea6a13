/**
 * The outbox of a slot: blocks of other slots' pools that its thread has freed, on their way to the owners.
 *
 * A swap of a word that another thread uses costs as much as several frees, and before it all stores must be done, so that it
 * waits for the blocks that were written. So a stream of frees is gathered: of each of a few pools the outbox keeps a list of
 * blocks, linked as in the remote word, and hands the whole list over with one swap. From one thread that allocates to one that
 * frees, 64 bytes each, 26 million blocks a second went with a swap for each block, and 31 million or more with this (two cores,
 * a busy machine).
 *
 * Which block goes when:
 *   - Unless the thread gathers (SharedHeap.gather), every block goes at once.
 *   - Else a block goes at once when it is the first of its pool. Its pool gets the entry that its number selects, and what was
 *     gathered there of another pool is handed over before. With the second block of one pool the thread begins to gather, for
 *     all pools, until the end of its current task.
 *   - A list goes when it has GATHERED bytes or MOST blocks; all lists at the end of the task (a microtask), and with flush():
 *     in trim() and detach(), before a heap without room gives up, and when the program asks.
 * So at most 3 * OUTBOX_ENTRIES * GATHERED bytes wait in a thread that blocks in the middle of a task without having asked.
 *
 * An entry is four words:
 *   E_POOL   number of the pool    E_TAIL   address of the list's last block    E_LIST   the list; 0: empty    (one unused)
 * E_POOL and E_TAIL are written while the list is empty; adding a block is the one store of E_LIST. So an entry is right at
 * every moment, and a thread that dies loses the block that it was adding at most.
 *
 * Handing over takes several words, S_FLUSHING names the entry meanwhile:
 *   1  S_TURN = a turn    2  S_SEEN = 0    3  S_FLUSHING = entry    4  swap: remote list -> list + remote list, stamped with slot
 *   and turn    5  E_LIST = 0    6  tell the owner, if its list was empty    7  S_FLUSHING = 0
 * If the thread dies behind 4 and before 5, the list is in the entry, and may be in the pool as well: or even handed out again by
 * the owner, who goes on. Whoever reaps the thread must know, and the stamp tells. It stays in the remote word when the
 * owner takes the list, until another freer replaces it; and who replaces a stamp of another slot tells that slot before,
 * in S_SEEN. So the swap happened if and only if the stamp is in the remote word or in S_SEEN (handedOver).
 *
 * Turns: 3 bits are enough for the remote word, since a turn is never the one that this slot's stamp there has already. A store
 * to S_SEEN can be late: of a stamp that was replaced when this slot handed over its last list but seven, or before.
 * If that was for the same pool, and the thread dies between 2 and 4 of just this turn, then its list counts as handed over: the
 * blocks of one list stay in use for ever, and nothing else happens.
 *
 * Threads: the slot's owner; or the one thread that holds the slot of a dead one, which does all of this in its name: if it dies
 * as well, whoever comes next finds the same words.
 */
import type { Address } from '../domains.ts';
import {
  type Layout,
  M_INBOX,
  M_OUTBOX,
  MAIL_WORDS,
  OUTBOX_ENTRIES,
  S_FAILED_SWAPS,
  S_FLUSHING,
  S_FREEING,
  S_REMOTE_FREES,
  S_SEEN,
  S_TURN,
} from '../layout.ts';
import { SLOT_FREE, slotState, slotWord } from '../threads/slots.ts';
import type { Grid } from './grid.ts';
import {
  longerList,
  remoteCount,
  remoteHead,
  remotePush,
  remoteStamp,
  stampOf,
  stampSlot,
  stampTurn,
  TURNS,
} from './remote-word.ts';

/** Word of an entry: number of the pool. */
export const E_POOL = 0;
/** Word of an entry: address of the last block of the list. */
export const E_TAIL = 1;
/** Word of an entry: the list, as in a remote word; 0 when it is empty. */
export const E_LIST = 2;

/** Bytes that are gathered of a pool. */
const GATHERED = 4096;
/** Blocks that are gathered of a pool: the swap costs little of each then. */
const MOST = 64;

const POOL = E_POOL;
const TAIL = E_TAIL;
const LIST = E_LIST;
const ENTRY_MASK = OUTBOX_ENTRIES - 1;
/** log2 of the words of an entry. */
const ENTRY_SHIFT = 2;
// Local names: what is imported is looked up at each call, see pool-set.ts.
const FREEING = S_FREEING;
const REMOTE_FREES = S_REMOTE_FREES;
const headOf = remoteHead;
const longer = longerList;
const countOf = remoteCount;

/** Calls `flush` soon. */
export type Schedule = (flush: () => void) => void;

/** The outbox of one slot for the pools of one grid. */
export class Outbox {
  declare private readonly words: Int32Array;
  declare private readonly slots: number;
  declare private readonly slot: number;
  declare private readonly slotNumber: number;
  declare private readonly entries: number;
  declare private readonly remote: number;
  declare private readonly poolBits: number;
  declare private readonly poolMask: number;
  declare private readonly unitBits: number;
  declare private readonly layout: Layout;
  declare private readonly tell: (number: number) => void;
  declare private readonly schedule: Schedule;
  declare private readonly flushSoon: () => void;
  private isScheduled = false;
  private gathers: boolean;

  /**
   * @param words - the heap as 32-bit words
   * @param layout - its tables
   * @param slot - the slot's number
   * @param entries - the first word of its entries
   * @param grid - the size classes of the pools
   * @param tell - tells the owner of a pool, by the pool's number, that its remote list is no longer empty
   * @param schedule - sees to it that what is gathered goes soon; by default nobody does, and the outbox gathers from the start
   */
  constructor(
    words: Int32Array,
    layout: Layout,
    slot: number,
    entries: number,
    grid: Grid,
    tell: (number: number) => void,
    schedule?: Schedule,
  ) {
    this.words = words;
    this.layout = layout;
    this.slotNumber = slot;
    this.slot = slotWord(layout, slot);
    this.entries = entries;
    this.remote = layout.remote;
    this.poolBits = layout.poolBits;
    this.poolMask = (1 << grid.poolBits) - 1;
    this.unitBits = grid.unitBits;
    this.tell = tell;
    this.schedule = schedule ?? (() => {});
    this.gathers = schedule === undefined;
    this.flushSoon = () => {
      this.isScheduled = false;
      this.flush();
    };
  }

  /**
   * Takes a block of another slot's pool. S_FREEING names it until it is in the outbox.
   *
   * @param number - the pool's number
   * @param unit - where the block begins in the pool, in units of the grid
   * @param address - the block, which is in use
   * @param size - its bytes
   * @returns false when it is the block that was freed last, by this thread or by others: then nothing has changed
   */
  put(number: number, unit: number, address: Address, size: number): boolean {
    const words = this.words;
    const slot = this.slot;
    const entry = this.entries + (((number ^ (number >>> 4)) & ENTRY_MASK) << ENTRY_SHIFT);
    const list = words[entry + LIST];
    const isOpen = list !== 0 && words[entry + POOL] === number;
    // benign: whoever holds a live block got it after it left the remote list
    const last = isOpen ? list : words[this.remote + number];
    if (headOf(last) === unit && countOf(last) !== 0) return false;
    words[slot + FREEING] = address;
    if (isOpen) {
      // benign: the block is the caller's until the swap; the owner reads the link after its own swap of the remote word.
      words[address >>> 2] = this.blockAt(number, headOf(list));
      words[entry + LIST] = longer(list, unit);
      const count = countOf(list) + 1;
      if (count >= MOST || count * size >= GATHERED) this.handOver(entry);
    } else {
      this.begin(entry, number, unit, address, size);
    }
    words[slot + REMOTE_FREES]++;
    words[slot + FREEING] = 0;
    return true;
  }

  /** Whether to gather from now on; what was gathered goes when it does not. */
  gather(on: boolean): void {
    this.gathers = on;
    if (!on) this.flush();
  }

  /** Hands over everything. */
  flush(): void {
    for (let i = 0; i < OUTBOX_ENTRIES; i++) {
      const entry = this.entries + (i << ENTRY_SHIFT);
      if (this.words[entry + LIST] !== 0) this.handOver(entry);
    }
  }

  /** Finishes the hand-over that the slot's thread died in, if it was one of this outbox. Threads: who holds the slot. */
  finish(): void {
    const words = this.words;
    const entry = words[this.slot + S_FLUSHING];
    if (entry < this.entries || entry >= this.entries + (OUTBOX_ENTRIES << ENTRY_SHIFT)) return;
    const number = words[entry + POOL];
    if (this.handedOver(number)) words[entry + LIST] = 0;
    this.tell(number);
    words[this.slot + S_FLUSHING] = 0;
  }

  /** Begins a list, behind what the entry has of another pool. */
  private begin(entry: number, number: number, unit: number, address: Address, size: number): void {
    const words = this.words;
    if (words[entry + LIST] !== 0) this.handOver(entry);
    const again = words[entry + POOL] === number;
    words[entry + POOL] = number;
    words[entry + TAIL] = address;
    words[entry + LIST] = longer(0, unit);
    if (!this.gathers || size >= GATHERED || (!again && !this.isScheduled)) {
      this.handOver(entry);
    } else if (!this.isScheduled) {
      this.scheduleFlush();
    }
  }

  private handOver(entry: number): void {
    const words = this.words;
    const number = words[entry + POOL];
    const list = words[entry + LIST];
    const tail = words[entry + TAIL] >>> 2;
    const remote = this.remote + number;
    // benign: a stale word only makes the swap fail, and the swap answers the true one. This slot's own stamps are never stale.
    let seen = words[remote];
    const stamp = this.nextStamp(remoteStamp(seen));
    words[this.slot + S_TURN] = stampTurn(stamp);
    words[this.slot + S_SEEN] = 0; // benign: see the head about late stores
    words[this.slot + S_FLUSHING] = entry;
    for (;;) {
      this.acknowledge(number, remoteStamp(seen));
      words[tail] = remoteCount(seen) === 0 ? 0 : this.blockAt(number, remoteHead(seen)); // benign: as in put()
      const found = Atomics.compareExchange(words, remote, seen, remotePush(seen, list, stamp));
      if (found === seen) break;
      words[this.slot + S_FAILED_SWAPS]++;
      seen = found;
    }
    words[entry + LIST] = 0;
    if (remoteCount(seen) === 0) this.tell(number);
    words[this.slot + S_FLUSHING] = 0;
  }

  /** A stamp of this slot that is not the one which a remote word has. */
  private nextStamp(found: number): number {
    const turn = (this.words[this.slot + S_TURN] + 1) % TURNS;
    const stamp = stampOf(this.slotNumber, turn);
    return stamp === found ? stampOf(this.slotNumber, (turn + 1) % TURNS) : stamp;
  }

  /** Tells another slot that its stamp was seen, before it may be replaced. */
  private acknowledge(number: number, stamp: number): void {
    const slot = stampSlot(stamp);
    if (slot === 0 || slot === this.slotNumber) return;
    Atomics.store(this.words, slotWord(this.layout, slot) + S_SEEN, seenWord(number, stampTurn(stamp)));
  }

  /** Whether the swap of the hand-over that S_FLUSHING names happened; see the head. The remote word is looked at first. */
  private handedOver(number: number): boolean {
    const words = this.words;
    const turn = words[this.slot + S_TURN];
    if (remoteStamp(Atomics.load(words, this.remote + number)) === stampOf(this.slotNumber, turn)) return true;
    return Atomics.load(words, this.slot + S_SEEN) === seenWord(number, turn);
  }

  private scheduleFlush(): void {
    this.isScheduled = true;
    this.schedule(this.flushSoon);
  }

  /** The link to the block that begins `unit` units into a pool: its address, as a signed number. */
  private blockAt(number: number, unit: number): number {
    return (number << this.poolBits) + (unit << this.unitBits);
  }
}

/** The lists that are gathered in the outboxes of a heap, by the number of their pool. */
export type Gathered = ReadonlyMap<number, readonly number[]>;

/**
 * Reads what is gathered in the outbox of one slot, or of all. Nothing of a slot that is free is read: its mail may never have
 * been touched. Threads: any.
 */
export function gatheredLists(words: Int32Array, layout: Layout, of?: number): Gathered {
  const lists = new Map<number, number[]>();
  for (let slot = of ?? 1; slot <= (of ?? layout.slotCount - 1); slot++) {
    if (slotState(words, layout, slot) === SLOT_FREE) continue;
    const first = layout.mail + slot * MAIL_WORDS + M_OUTBOX;
    for (let entry = first; entry < first + M_INBOX; entry += 1 << ENTRY_SHIFT) {
      const list = words[entry + E_LIST];
      const number = words[entry + E_POOL];
      if (list !== 0) lists.set(number, [...(lists.get(number) ?? []), list]);
    }
  }
  return lists;
}

/** How many blocks there are in lists. */
export function countOfLists(lists: readonly number[] = []): number {
  return lists.reduce((sum, list) => sum + remoteCount(list), 0);
}

/** What S_SEEN says: a pool, whose number has 20 bits and is never 0, and a turn. */
function seenWord(number: number, turn: number): number {
  return number * TURNS + turn;
}
