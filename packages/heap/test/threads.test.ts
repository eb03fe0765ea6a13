/** What threads do to one heap together, through the package as it is published. */
import { SharedHeap } from '@sharena/heap';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Crew } from './crew.ts';

let heap: SharedHeap;
let crew: Crew;

beforeEach(() => {
  heap = SharedHeap.create({ reserve: '64MiB' });
  crew = new Crew();
});
afterEach(async () => {
  await crew[Symbol.asyncDispose]();
  heap.detach();
});

/** A thread that is attached and does what it is told. */
function hand() {
  return crew.start('hand', { heap: heap.handle });
}

/** `count` sizes from 1 to 512, all classes among them. */
function sizes(count: number): number[] {
  return Array.from({ length: count }, (_, i) => 1 + ((i * 37) % 512));
}

function fill(addresses: readonly number[], of: readonly number[], first: number): void {
  for (const [i, address] of addresses.entries()) heap.bytes.fill(first + i, address, address + of[i]);
}

function countWrong(addresses: readonly number[], of: readonly number[], first: number): number {
  let wrong = 0;
  for (const [i, address] of addresses.entries()) {
    for (const byte of heap.bytes.subarray(address, address + of[i])) if (byte !== ((first + i) & 255)) wrong++;
  }
  return wrong;
}

describe('attaching', () => {
  test('the handle goes through workerData', async () => {
    const worker = hand();
    const [address] = await worker.call<number[]>('mallocFilled', [100], 7);
    expect(countWrong([address], [100], 7)).toBe(0);
    expect(heap.stats().threads).toBe(2);
  });

  test('the handle goes through postMessage', async () => {
    const worker = crew.start('hand');
    const slot = await worker.call('attach', heap.handle);
    expect(slot).not.toBe(heap.slot);
    const [address] = await worker.call<number[]>('mallocFilled', [100], 7);
    expect(countWrong([address], [100], 7)).toBe(0);
  });

  test('a second attach in a thread answers the same object and takes no slot', async () => {
    const worker = hand();
    expect(await worker.call('attachAgain', heap.handle)).toBe(true);
    expect(heap.stats().threads).toBe(2);
  });

  test('threads that attach at once get a slot each', async () => {
    const workers = Array.from({ length: 6 }, () => crew.start('hand'));
    const slots = await Promise.all(workers.map((worker) => worker.call('attach', heap.handle)));
    expect(new Set([heap.slot, ...slots]).size).toBe(7);
    expect(heap.stats().threads).toBe(7);
  });

  test('threads that make a root at once agree on one, and give the others back', async () => {
    const workers = Array.from({ length: 4 }, hand);
    const answers = await Promise.all(
      workers.map((worker) => worker.call<{ address: number; discarded: number }>('root', 'TEST')),
    );
    expect(new Set(answers.map(({ address }) => address)).size).toBe(1);
    expect(answers.filter(({ discarded }) => discarded === 0).length).toBeGreaterThanOrEqual(1);
    expect(heap.stats().objects.blocksInUse).toBe(1);
    expect(
      heap.root(
        'TEST',
        () => 0,
        () => undefined,
      ),
    ).toBe(answers[0].address);
  });
});

describe('blocks that change hands', () => {
  test('a thread reads what another has written', async () => {
    const worker = hand();
    const theirs = await worker.call<number[]>('mallocFilled', sizes(600), 1);
    expect(countWrong(theirs, sizes(600), 1)).toBe(0);
    const ours = sizes(600).map((size) => heap.malloc(size));
    fill(ours, sizes(600), 50);
    expect(await worker.call('countWrong', ours, sizes(600), 50)).toBe(0);
    expect(countWrong(theirs, sizes(600), 1), 'and neither has touched the other').toBe(0);
    expect(new Set([...ours, ...theirs]).size).toBe(1200);
  });

  test('large blocks too', async () => {
    const worker = hand();
    const [theirs] = await worker.call<number[]>('mallocFilled', [1_000_000], 3);
    expect(countWrong([theirs], [1_000_000], 3)).toBe(0);
    heap.free(theirs);
    expect(heap.stats()).toMatchObject({ blocks: { count: 0 }, objects: { blocksInUse: 0 } });
    await expect(worker.call('free', [theirs])).rejects.toMatchObject({ code: 'ERR_SHARENA_BAD_ADDRESS' });
  });

  test('what a worker allocated is freed by main, comes back to the worker, and nothing is lost', async () => {
    const worker = hand();
    const theirs = await worker.call<number[]>('malloc', sizes(1000));
    expect(heap.stats().objects.blocksInUse).toBe(1000);
    for (const address of theirs) heap.free(address);
    expect(heap.stats().objects).toMatchObject({
      blocksInUse: 0,
      remotePending: 1000,
      remoteFrees: 1000,
      collected: 0,
    });
    await worker.call('trim');
    expect(heap.stats().objects).toMatchObject({
      arenas: 0,
      blocksInUse: 0,
      remotePending: 0,
      remoteFrees: 1000,
      collected: 1000,
      classes: [],
    });
    expect(heap.stats().arenas.bytes).toBe(0);
  });

  test('and the reverse', async () => {
    const worker = hand();
    const ours = sizes(1000).map((size) => heap.malloc(size));
    await worker.call('free', ours);
    expect(heap.stats().objects).toMatchObject({
      blocksInUse: 0,
      remotePending: 1000,
      remoteFrees: 1000,
      collected: 0,
    });
    heap.trim();
    heap.checkInvariants();
    expect(heap.stats().objects).toMatchObject({ arenas: 0, blocksInUse: 0, remotePending: 0, collected: 1000 });
    expect(heap.stats().arenas.bytes).toBe(0);
  });

  test('a block is resized by another thread than its owner', async () => {
    const worker = hand();
    const [address] = await worker.call<number[]>('mallocFilled', [100], 9);
    const grown = heap.realloc(address, 300);
    expect(countWrong([grown], [100], 9)).toBe(0);
    expect(heap.locate(grown)).toMatchObject({ slot: heap.slot });
    const shrunk = await worker.call<number>('realloc', grown, 10);
    expect(countWrong([shrunk], [10], 9)).toBe(0);
    expect(heap.stats().objects).toMatchObject({ blocksInUse: 1, remoteFrees: 2 });
  });

  test.each(['classic8', 'modern'] as const)(
    'full pools that another thread emptied serve again: %s',
    async (geometry) => {
      heap.detach();
      heap = SharedHeap.create({ reserve: '64MiB', geometry });
      const worker = hand();
      const aFullArena = Array(64 * (geometry === 'classic8' ? 7 : 31)).fill(512);
      const first = await worker.call<number[]>('malloc', aFullArena);
      expect(heap.stats().objects).toMatchObject({ arenasTotal: 1, classes: [{ pools: 64, blocksAvailable: 0 }] });
      for (const address of first) heap.free(address);
      const second = await worker.call<number[]>('malloc', aFullArena);
      expect(new Set(second)).toEqual(new Set(first));
      expect(heap.stats().objects).toMatchObject({
        arenas: 1,
        arenasTotal: 1,
        remotePending: 0,
        collected: aFullArena.length,
        blocksInUse: aFullArena.length,
      });
    },
  );

  test('one block of a full pool that another thread freed is found before a new pool is taken', async () => {
    const worker = hand();
    const blocks = await worker.call<number[]>('malloc', Array(21).fill(512));
    heap.free(blocks[10]);
    expect(await worker.call('malloc', [512])).toEqual([blocks[10]]);
    expect(heap.stats().objects.classes).toEqual([{ size: 512, pools: 3, blocksInUse: 21, blocksAvailable: 0 }]);
  });

  test('a thread is refused what is no block, and the owner is not disturbed', async () => {
    const worker = hand();
    const [address] = await worker.call<number[]>('mallocFilled', [100], 5);
    for (const bad of [address + 1, address + 8, address - 8, address + 104, 4096]) {
      expect(() => heap.free(bad)).toThrow(expect.objectContaining({ code: 'ERR_SHARENA_BAD_ADDRESS' }));
    }
    heap.free(address);
    expect(() => heap.free(address)).toThrow(/was freed already/);
    await worker.call('trim');
    expect(heap.stats().objects).toMatchObject({ arenas: 0, blocksInUse: 0, collected: 1 });
  });
});

describe('at full speed', () => {
  test.each(['classic8', 'modern'] as const)('a producer and a consumer of 200,000 blocks: %s', async (geometry) => {
    heap.detach();
    heap = SharedHeap.create({ reserve: '64MiB', geometry });
    const { RING_BYTES } = await import(new URL('./workers/ring.js', import.meta.url).href);
    const blocks = 200_000;
    const ring = heap.raw.calloc(RING_BYTES, 1);
    const data = { handle: heap.handle, ring, blocks };
    const [producer, consumer] = [crew.start('producer', data), crew.start('consumer', data)];
    expect(await consumer.next()).toEqual({ wrong: 0 });
    expect(await producer.next()).toEqual({ sent: blocks });
    producer.worker.postMessage('all is freed');
    const { before, after } = await producer.next<Record<'before' | 'after', object>>();
    expect(before).toMatchObject({ blocksInUse: 0, remoteFrees: blocks });
    expect(after).toMatchObject({
      arenas: 0,
      blocksInUse: 0,
      remotePending: 0,
      remoteFrees: blocks,
      collected: blocks,
    });
    // At most 512 blocks are under way, of 512 bytes at most: what was freed must have served again.
    expect(heap.stats().objects.arenasHighwater).toBeLessThanOrEqual(geometry === 'classic8' ? 12 : 6);
  });

  test.each(['classic8', 'modern'] as const)('four threads that free each other’s blocks: %s', async (geometry) => {
    heap.detach();
    heap = SharedHeap.create({ reserve: '64MiB', geometry });
    const [threads, count, rounds] = [4, 64, 25_000];
    const gate = heap.raw.calloc(1, 4);
    const places = heap.raw.calloc(count, 4);
    const workers = Array.from({ length: threads }, (_, i) =>
      crew.start('swap', { handle: heap.handle, gate, places, count, threads, number: i + 1, rounds }),
    );
    for (const worker of workers) {
      const { wrong, foreign } = await worker.next<{ wrong: number; foreign: number }>();
      expect(wrong).toBe(0);
      expect(foreign, 'blocks did change hands').toBeGreaterThan(0);
    }
    const left = [...heap.view(Uint32Array, places, count)].filter((address) => address !== 0);
    expect(heap.stats().objects.blocksInUse).toBe(left.length);
    for (const address of left) heap.free(address);
    for (const worker of workers) {
      worker.worker.postMessage('all are done');
      await worker.next();
    }
    const { objects, arenas } = heap.stats();
    expect(objects).toMatchObject({ arenas: 0, blocksInUse: 0, remotePending: 0, classes: [] });
    expect(objects.collected).toBe(objects.remoteFrees);
    expect(arenas).toEqual({ count: 0, bytes: 0 });
  });

  test('four threads that take and free spans never hold the same page', async () => {
    heap.detach();
    // Few pages, so that the threads are in each other's way all the time.
    heap = SharedHeap.create({ reserve: '3MiB' });
    const gate = heap.raw.calloc(1, 4);
    const { usedBytes, freeBytes } = heap.stats();
    const threads = 4;
    const workers = Array.from({ length: threads }, (_, i) =>
      crew.start('spans', { handle: heap.handle, gate, threads, number: i + 1, rounds: 15_000, mostPages: 6 }),
    );
    for (const worker of workers) {
      const { claims, wrong } = await worker.next<Record<'claims' | 'wrong', number>>();
      expect(wrong).toBe(0);
      expect(claims).toBeGreaterThan(1000);
      await worker.ended();
    }
    expect(heap.stats()).toMatchObject({ usedBytes, freeBytes, threads: 1 });
    heap.raw.free(gate);
    const all = heap.raw.malloc(freeBytes + usedBytes);
    expect(all, 'every page is free again, and in one piece').not.toBe(0);
    expect(heap.stats().peakBytes, 'and counted').toBe(freeBytes + usedBytes);
  });

  test('of threads that free the same pages at once, one succeeds and the others are refused', async () => {
    const [threads, rounds] = [2, 4000];
    const gate = heap.raw.calloc(1, 4);
    const place = heap.raw.calloc(1, 4);
    const { usedBytes } = heap.stats();
    const workers = Array.from({ length: threads }, (_, number) =>
      crew.start('free', { handle: heap.handle, gate, place, threads, number, rounds }),
    );
    let [freed, refused] = [0, 0];
    for (const worker of workers) {
      const counts = await worker.next<Record<'freed' | 'refused', number>>();
      freed += counts.freed;
      refused += counts.refused;
    }
    expect([freed, refused]).toEqual([rounds, rounds * (threads - 1)]);
    expect(heap.stats()).toMatchObject({ usedBytes });
  });

  test('threads that come and go never hold the same slot, and what one leaves the next one takes over', async () => {
    const [threads, rounds] = [2, 3000];
    const gate = heap.raw.calloc(1, 4);
    const holders = heap.raw.calloc(256, 4);
    const left = heap.raw.calloc(1, 4);
    const { usedBytes } = heap.stats();
    const workers = Array.from({ length: threads }, (_, number) =>
      crew.start('attach', { handle: heap.handle, holders, left, gate, threads, number, rounds }),
    );
    for (const worker of workers) expect(await worker.next()).toEqual({ shared: 0, wrong: 0 });
    expect(heap.stats()).toMatchObject({ threads: 1, objects: { blocksInUse: 1 } });
    heap.free(heap.view(Uint32Array, left, 1)[0]);
    for (let slots = heap.stats().abandonedSlots; slots > 0; slots--) {
      const worker = hand();
      await worker.call('trim');
      await worker.call('detach');
    }
    expect(heap.stats()).toMatchObject({ usedBytes, threads: 1, abandonedSlots: 0 });
    expect(heap.stats().objects).toMatchObject({ arenas: 0, blocksInUse: 0, remotePending: 0 });
    expect(heap.stats().objects.collected).toBe(heap.stats().objects.remoteFrees);
  });
});

describe('leaving', () => {
  test('a thread that detaches without live blocks gives every page back', async () => {
    const { usedBytes } = heap.stats();
    const worker = hand();
    const blocks = await worker.call<number[]>('malloc', [...sizes(2000), 100_000]);
    expect(heap.stats().usedBytes).toBeGreaterThan(usedBytes);
    await worker.call('free', blocks);
    await worker.call('detach');
    expect(heap.stats()).toMatchObject({ usedBytes, threads: 1, abandonedSlots: 0 });
    await expect(worker.call('malloc', [1])).rejects.toMatchObject({ code: 'ERR_SHARENA_DETACHED' });
  });

  test('also when it was another thread that freed them', async () => {
    const { usedBytes } = heap.stats();
    const worker = hand();
    for (const block of await worker.call<number[]>('malloc', sizes(2000))) heap.free(block);
    await worker.call('detach');
    expect(heap.stats()).toMatchObject({ usedBytes, threads: 1, abandonedSlots: 0 });
    expect(heap.stats().objects).toMatchObject({ arenas: 0, remotePending: 0, collected: 2000 });
  });

  test('its slot is the next thread’s', async () => {
    const first = crew.start('hand');
    const slot = await first.call('attach', heap.handle);
    await first.call('malloc', sizes(100)).then((blocks) => first.call('free', blocks));
    await first.call('detach');
    const second = crew.start('hand');
    expect(await second.call('attach', heap.handle)).toBe(slot);
    const blocks = await second.call<number[]>('mallocFilled', sizes(100), 1);
    expect(countWrong(blocks, sizes(100), 1)).toBe(0);
    await second.call('trim');
    expect(heap.stats().objects.blocksInUse).toBe(100);
  });

  test('live blocks outlive their thread: they can be read and freed, and the next thread takes them over', async () => {
    const { usedBytes } = heap.stats();
    const first = crew.start('hand');
    const slot = await first.call('attach', heap.handle);
    const blocks = await first.call<number[]>('mallocFilled', sizes(1000), 1);
    await first.call('detach');
    await first.terminate();
    expect(heap.stats()).toMatchObject({ threads: 1, abandonedSlots: 1, objects: { blocksInUse: 1000 } });
    expect(countWrong(blocks, sizes(1000), 1)).toBe(0);

    for (const address of blocks.slice(0, 300)) heap.free(address);
    expect(heap.stats().objects).toMatchObject({ blocksInUse: 700, remotePending: 300 });

    const second = crew.start('hand');
    expect(await second.call('attach', heap.handle)).toBe(slot);
    expect(heap.stats()).toMatchObject({ threads: 2, abandonedSlots: 0, objects: { blocksInUse: 700 } });
    const { arenasTotal } = heap.stats().objects;
    const more = await second.call<number[]>('mallocFilled', sizes(300), 77);
    expect(heap.stats().objects.arenasTotal, 'in the arenas that it took over').toBe(arenasTotal);
    expect(countWrong(blocks.slice(300), sizes(1000).slice(300), 1 + 300)).toBe(0);

    await second.call('free', blocks.slice(300));
    expect(heap.stats().objects.remotePending, 'they are its own blocks now').toBe(0);
    expect(countWrong(more, sizes(300), 77)).toBe(0);
    await second.call('free', more);
    await second.call('trim');
    await second.call('detach');
    expect(heap.stats()).toMatchObject({ usedBytes, threads: 1, abandonedSlots: 0 });
    expect(heap.stats().objects).toMatchObject({ arenas: 0, blocksInUse: 0, remotePending: 0, collected: 300 });
  });

  test('blocks that are all freed while nobody owns them come back with the next thread', async () => {
    const { usedBytes } = heap.stats();
    const first = hand();
    const blocks = await first.call<number[]>('malloc', sizes(1000));
    await first.call('detach');
    for (const address of blocks) heap.free(address);
    expect(heap.stats()).toMatchObject({ abandonedSlots: 1, objects: { blocksInUse: 0, remotePending: 1000 } });
    const second = hand();
    await second.call('trim');
    await second.call('detach');
    expect(heap.stats()).toMatchObject({
      usedBytes,
      abandonedSlots: 0,
      objects: { remotePending: 0, collected: 1000 },
    });
  });

  test('several abandoned slots are taken over one by one', async () => {
    const workers = Array.from({ length: 3 }, hand);
    const groups: number[][] = [];
    for (const worker of workers) groups.push(await worker.call<number[]>('mallocFilled', sizes(50), groups.length));
    for (const worker of workers) await worker.call('detach');
    for (let left = 3; left > 0; left--) {
      expect(heap.stats()).toMatchObject({ threads: 4 - left, abandonedSlots: left });
      await hand().call('trim');
    }
    expect(heap.stats()).toMatchObject({ threads: 4, abandonedSlots: 0, objects: { blocksInUse: 150 } });
    for (const [i, group] of groups.entries()) expect(countWrong(group, sizes(50), i)).toBe(0);
  });

  test('a thread that is terminated leaves its blocks: they can be read and freed, and others go on', async () => {
    const worker = hand();
    const blocks = await worker.call<number[]>('mallocFilled', sizes(1000), 1);
    await worker.terminate();
    expect(countWrong(blocks, sizes(1000), 1)).toBe(0);
    for (const address of blocks) heap.free(address);
    expect(heap.stats().objects.blocksInUse).toBe(0);

    const next = hand();
    const theirs = await next.call<number[]>('mallocFilled', sizes(1000), 1);
    const ours = sizes(1000).map((size) => heap.malloc(size));
    fill(ours, sizes(1000), 90);
    expect(await next.call('countWrong', theirs, sizes(1000), 1)).toBe(0);
    expect(await next.call('countWrong', ours, sizes(1000), 90)).toBe(0);
    await next.call('free', [...theirs, ...ours]);
    await next.call('trim');
    heap.trim();
    heap.checkInvariants();
    expect(heap.stats().objects.blocksInUse).toBe(0);
  });
});
