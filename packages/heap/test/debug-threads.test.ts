/** Debug hooks and leaks over several threads, through the package as it is published. */
import { type Leak, type LeakOptions, MemoryCorruptionError, SharedHeap } from '@sharena/heap';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Crew } from './crew.ts';

let heap: SharedHeap;
let crew: Crew;
let onLeaks: ReturnType<typeof vi.fn<NonNullable<LeakOptions['onLeaks']>>>;

beforeEach(() => {
  onLeaks = vi.fn();
  heap = SharedHeap.create({ reserve: '64MiB', malloc: 'debug', debug: { serials: true, stacks: true, onLeaks } });
  crew = new Crew();
});
afterEach(async () => {
  await crew[Symbol.asyncDispose]();
  heap.detach();
});

function hand() {
  return crew.start('hand', { heap: heap.handle });
}

test('a thread that attaches has the same hooks', async () => {
  expect(await hand().call('allocatorName')).toBe('pool_debug');
});

test('any thread frees and reallocates what another has allocated, of every size', async () => {
  const worker = hand();
  const sizes = [0, 1, 16, 100, 470, 480, 481, 5000, 100_000];
  const mine = sizes.map((size) => heap.malloc(size));
  await worker.call('free', mine);
  for (const address of mine) expect(() => heap.free(address)).toThrow(MemoryCorruptionError);
  const theirs = await worker.call<number[]>('mallocFilled', sizes, 1);
  for (const [i, address] of theirs.entries()) {
    expect(heap.usableSize(address)).toBe(sizes[i]);
    const moved = heap.realloc(address, 200);
    const kept = heap.bytes.subarray(moved, moved + Math.min(sizes[i], 200));
    expect(kept.every((byte) => byte === 1 + i)).toBe(true);
    heap.free(moved);
  }
  expect(heap.leaks()).toEqual([]);
  await worker.call('trim');
  heap.trim();
  heap.checkInvariants();
  expect(heap.stats().objects.blocksInUse).toBe(0);
});

test('a block is freed once, by whichever thread', async () => {
  const worker = hand();
  const blocks = Array.from({ length: 10 }, () => heap.malloc(24));
  for (const address of blocks) heap.free(address);
  for (const address of blocks) {
    await expect(worker.call('free', [address])).rejects.toMatchObject({
      code: 'ERR_SHARENA_MEMORY_CORRUPTION',
      reason: 'already freed',
      address,
    });
  }
});

test.each([2, 3])('%i threads that free the same block at the same moment: one of them does', async (threads) => {
  const rounds = 2000;
  const place = heap.calloc(1, 8);
  const gate = heap.calloc(1, 8);
  const members = Array.from({ length: threads }, (_, number) =>
    crew.start('free', { handle: heap.handle, gate, place, threads, number, rounds, domain: 'mem' }),
  );
  const results = await Promise.all(members.map((member) => member.next<{ freed: number; refused: number }>()));
  expect(results.reduce((sum, { freed }) => sum + freed, 0)).toBe(rounds);
  expect(results.reduce((sum, { refused }) => sum + refused, 0)).toBe(rounds * (threads - 1));
});

test('a report names the thread that allocated the block, and where', async () => {
  const worker = hand();
  const [address] = await worker.call<number[]>('malloc', [16]);
  await worker.call('scribble', address + 16, 0);
  const error: MemoryCorruptionError = expect.objectContaining({ reason: 'bad trailing pad byte' });
  expect(() => heap.free(address)).toThrow(error);
  try {
    heap.free(address);
  } catch (thrown) {
    const { report } = thrown as MemoryCorruptionError;
    expect(report).toContain(`\nBlock allocated in thread ${worker.worker.threadId}:\n    at `);
    expect(report).toMatch(/Block allocated.*\n.*hand\.js:\d+:\d+/);
  }
  // The same report reaches the main thread when another thread finds it.
  await expect(worker.call('free', [address])).rejects.toMatchObject({ report: expect.stringContaining('OUCH') });
});

test('a thread that detaches names the blocks that it allocated and that live; those of others it does not', async () => {
  const worker = hand();
  const [mine] = [heap.malloc(10)];
  const [kept, given] = await worker.call<number[]>('malloc', [20, 30]);
  heap.free(given);
  const thread = worker.worker.threadId;
  expect(heap.leaks()).toMatchObject([
    { address: mine, size: 10, domain: 'mem', thread: 0, serial: 1 },
    { address: kept, size: 20, domain: 'mem', thread, serial: 2 },
  ]);
  const report = await worker.call<string>('detach');
  expect(report).toMatch(
    /^1 block, 20 bytes in use\nthread \d+: 1 block, 20 bytes\n {2}1 block, 20 bytes, the first at/,
  );
  expect(report).toContain(`thread ${thread}`);
  expect(report).toMatch(/\n {4}at .*hand\.js:/);
  // The block outlives the thread that allocated it.
  expect(heap.leaks().map(({ address }) => address)).toEqual([mine, kept]);

  heap.detach();
  expect(onLeaks).toHaveBeenCalledTimes(1);
  const [text, leaks] = onLeaks.mock.calls[0] as [string, Leak[]];
  expect(leaks.map(({ address }) => address)).toEqual([mine]);
  expect(text).toContain('thread 0: 1 block, 10 bytes\n');
});

test('the blocks of a thread that was terminated are named with it', async () => {
  const worker = hand();
  const thread = worker.worker.threadId;
  await worker.call('malloc', [20, 30, 600]);
  await worker.terminate();
  expect(heap.leaks().map((leak) => [leak.thread, leak.size])).toEqual([
    [thread, 20],
    [thread, 30],
    [thread, 600],
  ]);
  expect(heap.formatLeaks()).toMatch(new RegExp(`^3 blocks, 650 bytes in use\\nthread ${thread}: 3 blocks`));
});
