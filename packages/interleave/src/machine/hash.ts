/**
 * Hashes of states: two independent 32-bit halves, and a set of such pairs.
 * Two different states are taken for the same with a probability of about n²/2⁶⁵ for n states: 3e-6 for ten million.
 */

/** Mixes two words into one; `seed` chooses the half. */
export function mix(a: number, b: number, seed: number): number {
  let h = Math.imul(a ^ seed, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15) ^ b, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 13), 0x27d4eb2f);
  return h ^ (h >>> 16);
}

export const LOW = 0x1b873593;
export const HIGH = 0x6a09e667;

const scratch = new DataView(new ArrayBuffer(8));

/** A word that stands for any result that a thread can be given. */
export function wordOf(value: unknown): number {
  if (typeof value === 'number') return Object.is(value, value | 0) ? value | 0 : wordOfDouble(value);
  if (typeof value === 'string') return wordOfText(value);
  if (typeof value === 'bigint') return Number(BigInt.asIntN(32, value ^ (value >> 32n)));
  if (typeof value === 'boolean') return value ? 0x51ed27 : 0x3c6ef3;
  if (value === undefined) return 0x7f4a7c;
  if (value === null) return 0x2545f4;
  return wordOfText(JSON.stringify(value) ?? '');
}

function wordOfDouble(value: number): number {
  scratch.setFloat64(0, value);
  return mix(scratch.getInt32(0), scratch.getInt32(4), LOW);
}

export function wordOfText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h ^ text.length;
}

/** What `StateSet.visit` answers about a state that was not there. */
export const NEW = -1;

/** Words of a slot: the two halves of the key, and the mask. */
const SLOT = 3;

/**
 * The states that were visited, by 64-bit keys given as two words, each with the choices that nobody has taken from it: open
 * addressing, never more than half full.
 */
export class StateSet {
  size = 0;
  private mask: number;
  private slots: Int32Array<ArrayBuffer>;

  constructor(capacity: number = 4096) {
    this.mask = capacity - 1;
    this.slots = new Int32Array(SLOT * capacity);
  }

  /**
   * Notes a visit that leaves out the choices of the mask `asleep`. Gives `NEW`, or the mask of those that all visits before have
   * left out. The key (0, 0) is kept as (0, 1).
   */
  visit(low: number, high: number, asleep: number): number {
    const second = low === 0 && high === 0 ? 1 : high;
    const { slots } = this;
    let at = (low & this.mask) * SLOT;
    for (;;) {
      const a = slots[at]!;
      const b = slots[at + 1]!;
      if (a === 0 && b === 0) break;
      if (a === low && b === second) {
        const before = slots[at + 2]!;
        slots[at + 2] = before & asleep;
        return before;
      }
      at = at + SLOT === slots.length ? 0 : at + SLOT;
    }
    slots[at] = low;
    slots[at + 1] = second;
    slots[at + 2] = asleep;
    this.size++;
    if (this.size * 2 > this.mask) this.grow();
    return NEW;
  }

  private grow(): void {
    const old = this.slots;
    this.mask = this.mask * 2 + 1;
    const slots = new Int32Array(SLOT * (this.mask + 1));
    for (let i = 0; i < old.length; i += SLOT) {
      if (old[i] === 0 && old[i + 1] === 0) continue;
      let at = (old[i]! & this.mask) * SLOT;
      while (slots[at] !== 0 || slots[at + 1] !== 0) at = at + SLOT === slots.length ? 0 : at + SLOT;
      slots[at] = old[i]!;
      slots[at + 1] = old[i + 1]!;
      slots[at + 2] = old[i + 2]!;
    }
    this.slots = slots;
  }
}
