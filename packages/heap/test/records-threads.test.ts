/** Records that threads pass to each other, through the built package. */
import { SharedHeap } from '@sharena/heap';
import { expect, test } from 'vitest';
import { Crew } from './crew.ts';

const FIELDS = { flags: 'u8', x: 'f64', name: ['u16', 5] } as const;

test('a record goes from thread to thread; the last release is in another one than made it, and keeps the block there', async () => {
  await using crew = new Crew();
  using heap = SharedHeap.create({ reserve: '16MiB' });
  const destroyedHere: number[] = [];
  const Type = heap.struct(FIELDS, { destroy: (record) => destroyedHere.push(record.x) });
  const other = crew.start('hand', { heap: heap.handle });
  expect(await other.call('declare', FIELDS)).toEqual({ size: Type.size, offsets: Type.offsets, tag: Type.tag });

  const record = Type.new({ x: 1.5 }).retain();
  expect(await other.call('releaseRecord', record.address, 2.5)).toMatchObject({ seen: 1.5, left: 1, destroyed: [] });
  expect(record.x).toBe(2.5);
  expect(await other.call('releaseRecord', record.address, 3.5)).toMatchObject({
    left: 0,
    destroyed: [3.5],
    stats: { length: 1, kept: 1, misses: 0 },
  });
  expect(destroyedHere).toEqual([]);
  expect(() => record.x).toThrow('is not a live record');
  expect(() => record.retain()).toThrow('is not a live record');

  // The other thread uses this thread's block again, and this one ends what the other has made of it.
  const again = await other.call<number>('makeRecord', { x: 9 });
  expect(again).toBe(record.address);
  const found = Type.at(again);
  expect(found.x).toBe(9);
  expect(found.release()).toBe(0);
  expect(destroyedHere).toEqual([9]);
  await expect(other.call('releaseRecord', again, 0)).rejects.toMatchObject({ code: 'ERR_SHARENA_BAD_ADDRESS' });

  // A block of the other thread, kept in this thread's list, finds its way home.
  const far = await other.call<number>('makeRecord', { x: 1 });
  Type.at(far).release();
  expect(Type.stats()).toMatchObject({ length: 2, kept: 2 });
  heap.trim();
  await other.call('detach');
  expect(heap.stats()).toMatchObject({ threads: 1 });
});

test('a thread that detaches leaves its records to the others', async () => {
  await using crew = new Crew();
  using heap = SharedHeap.create({ reserve: '16MiB' });
  const Type = heap.struct(FIELDS);
  const other = crew.start('hand', { heap: heap.handle });
  await other.call('declare', FIELDS);
  const addresses: number[] = [];
  for (let x = 0; x < 100; x++) addresses.push(await other.call('makeRecord', { x }));
  await other.call('detach');
  for (const [x, address] of addresses.entries()) {
    expect(Type.at(address).x).toBe(x);
    expect(Type.at(address).release()).toBe(0);
  }
  heap.trim();
  heap.checkInvariants();
});

test.each([2, 4])(
  '%i threads release the same records at once: each is destroyed once, and all blocks come back',
  async (threads) => {
    await using crew = new Crew();
    const heap = SharedHeap.create({ reserve: '64MiB' });
    const rounds = 2000;
    const Node = heap.struct({ maker: 'u32', uses: ['u32', 8], next: 'ptr' });
    const gate = heap.addressOf(heap.newArray(Int32Array, 2));
    const place = gate + 4;
    const shared = Array.from({ length: rounds }, () => {
      const node = Node.new();
      for (let i = 1; i < threads; i++) node.retain();
      return node.address;
    });
    const members = Array.from({ length: threads }, (_, number) =>
      crew.start('records', { handle: heap.handle, gate, place, shared, threads, number, rounds }),
    );
    const results = await Promise.all(
      members.map((member) => member.next<{ destroyed: number; wrong: number; stats: { hits: number } }>()),
    );
    await Promise.all(members.map((member) => member.ended()));
    expect(results.map(({ wrong }) => wrong)).toEqual(results.map(() => 0));
    // Of the pairs that were left in the one place, the last is there still.
    const destroyed = results.reduce((sum, result) => sum + result.destroyed, 0);
    expect(destroyed).toBe(rounds + 2 * (threads * rounds - 1));
    expect(results.every(({ stats }) => stats.hits > 0)).toBe(true);
    const last = Node.at(heap.words[place / 4] >>> 0);
    Node.at(last.next).release();
    last.release();
    heap.free(gate);
    heap.trim();
    heap.checkInvariants();
    heap.detach();
    // Whoever attaches next takes over what the others left, and nothing is left then.
    for (let i = 0; i <= threads; i++) SharedHeap.attach(heap.handle).detach();
    expect(heap.stats().objects.blocksInUse).toBe(0);
  },
);
