/** Blocks with a name, in one thread, and what packages above are called for when a thread goes. */
import { type NamedBlocks, SharedHeap } from '@sharena/heap';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { Crew } from './crew.ts';

let heap: SharedHeap;
let named: NamedBlocks;
/** A word for a name: the first of a block. */
let name: number;

beforeEach(() => {
  heap = SharedHeap.create({ reserve: '32MiB' });
  named = heap.named;
  name = heap.calloc(1, 64) >>> 2;
});
afterEach(() => {
  heap.checkInvariants({ atRest: true });
  heap.detach();
});

function address(): number {
  return heap.words[name] >>> 0;
}

describe('named blocks', () => {
  test.each([0, 1, 4096, 32768, 32769, 65536, 1_000_000])('of %i bytes', (size) => {
    expect(named.take(name, size, false)).toBe(true);
    expect(address() % (size > 32768 ? 65536 : 64)).toBe(0);
    expect(named.usableSize(address())).toBeGreaterThanOrEqual(size);
    heap.bytes.fill(255, address(), address() + size);
    named.give(name);
    expect(address()).toBe(0);
    expect(named.take(name, size, true)).toBe(true);
    expect(heap.bytes.subarray(address(), address() + size).every((byte) => byte === 0)).toBe(true);
    named.give(name);
    heap.trim();
    expect(heap.stats().blocks.bytes).toBe(0);
  });

  test('grow and shrink in place, or not at all', () => {
    named.take(name, 1_000_000, false);
    const before = address();
    expect(named.resize(name, 70_000)).toBe(true);
    expect(named.usableSize(before)).toBe(2 * 65536);
    expect(named.resize(name, 1_000_000)).toBe(true);
    expect(named.usableSize(before)).toBe(16 * 65536);
    expect(named.resize(name, 64 * 2 ** 20)).toBe(false);
    // A small block comes from a slab: it would have to move.
    expect(named.resize(name, 1000)).toBe(false);
    expect(address()).toBe(before);
    named.give(name);
    named.take(name, 1000, false);
    expect(named.resize(name, 990)).toBe(true);
    expect(named.resize(name, 100)).toBe(false);
    expect(named.resize(name, 2000)).toBe(false);
    named.give(name);
  });

  test('no room: the name stays 0', () => {
    expect(named.take(name, 64 * 2 ** 20, false)).toBe(false);
    expect(address()).toBe(0);
    expect(() => named.take(name, -1, false)).toThrow('`size`');
  });

  test('a name of nothing cannot be given back', () => {
    heap.words[name] = 3 * 65536 + 8;
    expect(() => named.give(name)).toThrow('is not the start of a live block');
  });

  test('are refused after detach', () => {
    const other = SharedHeap.create({ reserve: '16MiB' });
    other.detach();
    expect(() => other.named).toThrow('detached');
  });
});

describe('keepers', () => {
  /** A root with a word for each slot. */
  function rootOf(of: SharedHeap): number {
    return of.root(
      'TEST',
      () => of.calloc(256, 4),
      (unused) => of.free(unused),
    );
  }

  test('are called with its own slot when the thread detaches, once', () => {
    const own = SharedHeap.create({ reserve: '16MiB' });
    rootOf(own);
    const slots: number[] = [];
    own.keep('TEST', (slot) => slots.push(slot));
    own.keep('TEST', (slot) => slots.push(-slot));
    const { slot } = own;
    own.detach();
    expect(slots).toEqual([-slot]);
  });

  test('belong to a root', () => {
    expect(() => heap.keep('none', () => undefined)).toThrow('the name of a root');
  });

  test.each([true, false])('are called for a thread that died, by who reaps it or comes later: %s', async (atOnce) => {
    await using crew = new Crew();
    rootOf(heap);
    const slots: number[] = [];
    if (atOnce) heap.keep('TEST', (slot) => slots.push(slot));
    const member = crew.start('keeper', heap.handle);
    const slot = await member.next<number>();
    heap.watch(member.worker);
    await member.terminate();
    expect(heap.hasThread(slot)).toBe(false);
    if (!atOnce) {
      // Nobody could do it: the slot waits for one who can.
      expect(slots).toEqual([]);
      expect(heap.stats().abandonedSlots).toBe(1);
      heap.keep('TEST', (each) => slots.push(each));
    }
    expect(slots).toEqual([slot]);
    expect(heap.stats().abandonedSlots).toBe(0);
  });

  test('of a slot that a thread inherits are called before its own', async () => {
    await using crew = new Crew();
    rootOf(heap);
    const first = crew.start('keeper', heap.handle);
    const slot = await first.next<number>();
    heap.watch(first.worker);
    await first.terminate();
    const second = crew.start('keeper', heap.handle);
    onTestFinished(() => second.terminate());
    expect(await second.next<number>()).toBe(slot);
    expect(await second.next<number[]>()).toEqual([slot]);
  });
});
