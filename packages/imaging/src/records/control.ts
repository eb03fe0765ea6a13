/**
 * The control word of a record: 18 bits of generation, 2 of state, 12 of a slot.
 *
 *    31                    14 13  12 11             0
 *   +------------------------+------+----------------+
 *   |       generation       | state|      slot      |
 *   +------------------------+------+----------------+
 *
 * The slot is 0 in the states FREE and LIVE. A heap has 255 slots.
 */

/** Nobody's. */
export const FREE = 0;
/** An image is being made, or its blocks are being given back, by the slot. */
export const BUSY = 1;
/** An image: the other words say what it is. */
export const LIVE = 2;
/** An image that the slot found without a holder. */
export const CLOSING = 3;

const STATE_SHIFT = 12;
const STATE_MASK = 3;
const GENERATION_SHIFT = 14;
const GENERATION_MASK = 0x3ffff;
const SLOT_MASK = 0xfff;

/** Makes a control word. */
export function control(generation: number, state: number, slot: number): number {
  return ((generation & GENERATION_MASK) << GENERATION_SHIFT) | (state << STATE_SHIFT) | slot;
}

/** The state in a control word. */
export function stateOf(word: number): number {
  return (word >>> STATE_SHIFT) & STATE_MASK;
}

/** The generation in a control word. */
export function generationOf(word: number): number {
  return word >>> GENERATION_SHIFT;
}

/** The slot in a control word. */
export function slotOf(word: number): number {
  return word & SLOT_MASK;
}
