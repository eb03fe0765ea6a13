/** What threads do to each other's slabs, through the package as it is published. */
import { once } from 'node:events';
import { SharedHeap } from '@sharena/heap';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Crew, type Member } from './crew.ts';

let heap: SharedHeap;
let crew: Crew;

beforeEach(() => {
  heap = SharedHeap.create({ reserve: '8MiB' });
  crew = new Crew();
});
afterEach(async () => {
  await crew[Symbol.asyncDispose]();
  heap.checkInvariants();
  heap.detach();
});

function hand(): Member {
  return crew.start('hand', { heap: heap.handle });
}

/** Ends a member without a detach(), and waits until all that listens to its end has been called. */
async function killed(member: Member): Promise<void> {
  const exit = once(member.worker, 'exit');
  await member.terminate();
  await exit;
}

/** `count` sizes from 513 bytes to 32 KiB: blocks of all slabs. */
function sizes(count: number): number[] {
  return Array.from({ length: count }, (_, i) => 513 + ((i * 5003) % (32768 - 512)));
}

describe('blocks that other threads free', () => {
  test('serve their owner again before it claims another slab', async () => {
    const other = hand();
    const blocks = Array.from({ length: 8 }, () => heap.malloc(8192));
    await other.call('free', [blocks[3], blocks[6]]);
    expect(heap.stats().slabs).toMatchObject({ count: 1, remotePending: 2 });
    expect(new Set([heap.malloc(8192), heap.malloc(8192)])).toEqual(new Set([blocks[3], blocks[6]]));
    expect(heap.stats().slabs).toMatchObject({ count: 1, remotePending: 0 });
  });

  test('wait while the owner is idle; a slab that they empty goes back with trim()', async () => {
    const owner = hand();
    const blocks = await owner.call<number[]>('malloc', sizes(100));
    const { usedBytes } = heap.stats();
    for (const block of blocks) heap.free(block);
    expect(heap.stats()).toMatchObject({ usedBytes, slabs: { remotePending: 100 } });
    await owner.call('trim');
    expect(heap.stats().slabs).toMatchObject({ count: 0, remotePending: 0 });
    expect(heap.stats().objects).toMatchObject({ remoteFrees: 100, collected: 100 });
  });

  test('freed by two threads and their owner: each comes back once', async () => {
    const [one, two] = [hand(), hand()];
    const blocks = sizes(300).map((size) => heap.malloc(size));
    await Promise.all([
      one.call('free', blocks.slice(0, 100)),
      two.call('free', blocks.slice(100, 200)),
      ...blocks.slice(200).map((block) => heap.free(block)),
    ]);
    heap.trim();
    expect(heap.stats()).toMatchObject({ usedBytes: 0, slabs: { count: 0, remotePending: 0 } });
  });

  test('another thread is refused what is no block, and what was freed last', async () => {
    const other = hand();
    const [block, last] = [heap.malloc(2000), heap.malloc(2000)];
    for (const bad of [block + 1, block + 64, last + 2048]) {
      await expect(other.call('free', [bad])).rejects.toMatchObject({ code: 'ERR_SHARENA_BAD_ADDRESS' });
    }
    await other.call('free', [block]);
    await expect(other.call('free', [block])).rejects.toThrow(/was freed already/);
    heap.free(last);
    await expect(other.call('free', [last])).rejects.toThrow(/was freed already/);
  });
});

describe('a full heap', () => {
  test('finds room in what other threads have freed, and in the slabs that this empties', async () => {
    const other = hand();
    const mine: number[] = [];
    for (let free = heap.stats().freeBytes; free > 0; free = heap.stats().freeBytes) mine.push(heap.malloc(8192));
    while (heap.stats().slabs.classes[0].blocksAvailable > 0) mine.push(heap.malloc(8192));
    expect(() => heap.malloc(8192)).toThrow('no room');
    await expect(other.call('malloc', [8192])).rejects.toMatchObject({ code: 'ERR_SHARENA_HEAP_EXHAUSTED' });
    await other.call('free', mine.splice(0, 16));
    // Sixteen blocks of this class, or two pages for anything.
    expect(heap.malloc(100_000)).not.toBe(0);
    expect(() => heap.malloc(100_000)).toThrow('no room');
  });
});

describe('slabs whose thread is gone', () => {
  test('detached: the next thread has the slot, and the blocks are its own', async () => {
    const first = hand();
    const blocks = await first.call<number[]>('mallocFilled', sizes(60), 1);
    await first.call('detach');
    expect(heap.stats()).toMatchObject({ threads: 1, abandonedSlots: 1 });
    const next = hand();
    expect(await next.call('countWrong', blocks, sizes(60), 1)).toBe(0);
    const { slabs } = heap.stats();
    await next.call('free', blocks);
    expect(heap.stats().objects.remoteFrees).toBe(0);
    expect(slabs.count).toBeGreaterThan(0);
    await next.call('detach');
    expect(heap.stats()).toMatchObject({ threads: 1, abandonedSlots: 0, usedBytes: 0 });
  });

  test('a live thread that needs such a slab takes it over, and full ones only when something in them is freed', async () => {
    const first = hand();
    const blocks = await first.call<number[]>('mallocFilled', Array(12).fill(8000), 1); // one slab is full, one half
    await first.call('detach');
    const { usedBytes } = heap.stats();
    const four = Array.from({ length: 4 }, () => heap.malloc(8000));
    expect(heap.stats()).toMatchObject({ usedBytes, adoptions: 1, abandonedSlots: 1 });
    heap.free(blocks[0]);
    expect(heap.malloc(8000)).toBe(blocks[0]);
    expect(heap.stats()).toMatchObject({ usedBytes, adoptions: 2, abandonedSlots: 0 });
    heap.checkInvariants({ atRest: true });
    for (const block of [...four, ...blocks]) heap.free(block);
    heap.trim();
    expect(heap.stats()).toMatchObject({ usedBytes: 0 });
  });

  test('emptied by others: trim() in any thread gives them back', async () => {
    const first = hand();
    const blocks = await first.call<number[]>('malloc', sizes(50));
    await first.call('detach');
    for (const block of blocks) heap.free(block);
    expect(heap.stats().slabs.remotePending).toBe(50);
    heap.trim();
    expect(heap.stats()).toMatchObject({ usedBytes: 0, abandonedSlots: 0 });
  });

  test('killed and watched: blocks can be read and freed, the rest serves on, and all comes back', async () => {
    const member = hand();
    heap.watch(member.worker);
    const of = Array<number>(100).fill(1000);
    const blocks = await member.call<number[]>('mallocFilled', of, 7);
    await member.call('free', blocks.splice(10, 60));
    await killed(member);
    expect(heap.stats()).toMatchObject({ threads: 1, abandonedSlots: 1 });
    expect(blocks.slice(0, 10).every((block, i) => heap.bytes[block + 999] === 7 + i)).toBe(true);
    const { usedBytes } = heap.stats();
    const mine = Array.from({ length: 60 }, () => heap.malloc(1000));
    expect(new Set([...mine, ...blocks]).size).toBe(100);
    expect(heap.stats()).toMatchObject({ usedBytes, adoptions: 2 });
    for (const block of [...mine, ...blocks]) heap.free(block);
    heap.trim();
    expect(heap.stats()).toMatchObject({ usedBytes: 0, abandonedSlots: 0 });
  });
});
