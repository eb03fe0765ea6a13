/** Slots: one for each thread, the abandoned ones first, and none for two. */
import { describe, expect, test } from 'vitest';
import { geometryNamed } from '../src/geometry.ts';
import { layoutOf } from '../src/layout.ts';
import { leaveSlot, registerThread, SLOT_ABANDONED, SLOT_ALIVE, SLOT_FREE, slotState } from '../src/threads/slots.ts';

const layout = layoutOf(64, geometryNamed('classic8'));

function table(): { words: Int32Array; register: (threadId: number) => number; state: (slot: number) => number } {
  const words = new Int32Array(new SharedArrayBuffer(64 * 65536));
  return {
    words,
    register: (threadId) => registerThread(words, layout, threadId),
    state: (slot) => slotState(words, layout, slot),
  };
}

describe('a thread that registers', () => {
  test('gets a slot of its own, from 1 to 255', () => {
    const { register, state } = table();
    const slots = Array.from({ length: 255 }, (_, threadId) => register(threadId));
    expect(new Set(slots).size).toBe(255);
    expect([Math.min(...slots), Math.max(...slots)]).toEqual([1, 255]);
    expect(slots.map(state)).toEqual(Array(255).fill(SLOT_ALIVE));
    expect(() => register(255)).toThrow(expect.objectContaining({ code: 'ERR_SHARENA_TOO_MANY_THREADS' }));
  });

  test('gets the slot that it has, when it has one: its heap may have been collected without a detach()', () => {
    const { register } = table();
    const slots = [register(0), register(5)];
    expect([register(0), register(5)]).toEqual(slots);
  });

  test('gets an abandoned slot before a free one', () => {
    const { words, register, state } = table();
    const [a, b, c] = [register(0), register(1), register(2)];
    leaveSlot(words, layout, a, false);
    leaveSlot(words, layout, b, true);
    expect([a, b, c].map(state)).toEqual([SLOT_FREE, SLOT_ABANDONED, SLOT_ALIVE]);
    expect([register(3), register(4)]).toEqual([b, a]);
  });
});
