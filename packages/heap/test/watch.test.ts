/** Workers that end without detach(): their slots come back, their memory too, and what is in use stays. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { InvalidArgumentError, SharedHeap } from '@sharena/heap';
import { describe, expect, test } from 'vitest';
import { Crew, type Member } from './crew.ts';

/** Ends a member, and waits until all that listens to its end has been called. */
async function killed(member: Member): Promise<void> {
  const exit = once(member.worker, 'exit');
  await member.terminate();
  await exit;
}

describe('a worker that is watched and terminated', () => {
  test('without a block: its slot is free again, and everything that it had comes back', async () => {
    await using crew = new Crew();
    const heap = SharedHeap.create({ reserve: '64MiB' });
    const { usedBytes } = heap.stats();
    const member = crew.start('hand', { heap: heap.handle });
    heap.watch(member.worker);
    const blocks = await member.call<number[]>('malloc', Array(500).fill(100));
    await member.call('free', blocks);
    expect(heap.stats()).toMatchObject({ threads: 2 });
    await killed(member);
    expect(heap.stats()).toMatchObject({ threads: 1, abandonedSlots: 0, usedBytes });
  });

  test('with blocks: they can be read and freed, the rest serves on, and at last all comes back', async () => {
    await using crew = new Crew();
    const heap = SharedHeap.create({ reserve: '64MiB' });
    const { usedBytes } = heap.stats();
    const member = crew.start('hand', { heap: heap.handle });
    heap.watch(member.worker);
    const sizes = Array(5000).fill(200);
    const blocks = await member.call<number[]>('mallocFilled', sizes, 7);
    await member.call('free', blocks.splice(1000, 3000));
    await killed(member);
    expect(heap.stats()).toMatchObject({ threads: 1, abandonedSlots: 1 });
    expect(blocks.slice(0, 1000).every((block, i) => heap.bytes[block] === ((7 + i) & 255))).toBe(true);
    // What it has free serves this thread, before a new arena does.
    const { arenas } = heap.stats().objects;
    const mine = Array.from({ length: 300 }, () => heap.malloc(200));
    expect(new Set([...mine, ...blocks]).size).toBe(2300);
    expect(heap.stats().objects.arenas).toBe(arenas);
    heap.checkInvariants();
    for (const block of [...mine, ...blocks]) heap.free(block);
    heap.trim();
    heap.checkInvariants();
    expect(heap.stats()).toMatchObject({ threads: 1, abandonedSlots: 0 });
    expect(heap.stats().objects).toMatchObject({ arenas: 0, blocksInUse: 0 });
    heap.detach();
    expect(heap.stats().usedBytes).toBe(usedBytes);
  });

  test('in the middle of its work, over and over: nothing grows', async () => {
    await using crew = new Crew();
    const heap = SharedHeap.create({ reserve: '64MiB' });
    for (let round = 0; round < 10; round++) {
      const member = crew.start('churn', { heap: heap.handle });
      heap.watch(member.worker);
      await member.next();
      await killed(member);
      expect(heap.stats()).toMatchObject({ threads: 1 });
    }
    expect(heap.stats().usedBytes).toBeLessThan(4 * 2 ** 20);
  });
});

describe('what watch() refuses, and what it leaves alone', () => {
  test('what is no Worker, and one that has ended', async () => {
    using heap = SharedHeap.create({ reserve: '16MiB' });
    for (const bad of [undefined, null, 5, {}, { threadId: 3 }]) {
      expect(() => heap.watch(bad as unknown as Worker)).toThrow(InvalidArgumentError);
    }
    const worker = new Worker('', { eval: true });
    await once(worker, 'exit');
    expect(() => heap.watch(worker)).toThrow('a Worker that has not ended yet');
  });

  test('a second call does nothing; after detach() no listener is left, and no call is taken', async () => {
    const heap = SharedHeap.create({ reserve: '16MiB' });
    const worker = new Worker('setTimeout(() => {}, 1e6)', { eval: true });
    const before = worker.listenerCount('exit');
    heap.watch(worker);
    heap.watch(worker);
    expect(worker.listenerCount('exit')).toBe(before + 1);
    heap.detach();
    expect(worker.listenerCount('exit')).toBe(before);
    expect(() => heap.watch(worker)).toThrow(expect.objectContaining({ code: 'ERR_SHARENA_DETACHED' }));
    await worker.terminate();
  });

  test('a worker that detached, and one that never attached', async () => {
    await using crew = new Crew();
    using heap = SharedHeap.create({ reserve: '16MiB' });
    const member = crew.start('hand', { heap: heap.handle });
    const other = crew.start('hand');
    for (const { worker } of [member, other]) heap.watch(worker);
    await member.call('detach');
    await Promise.all([killed(member), killed(other)]);
    expect(heap.stats()).toMatchObject({ threads: 1, abandonedSlots: 0 });
  });
});
