/** The list of blocks in use, and the text about it. */
import { afterEach, expect, test, vi } from 'vitest';
import { forEachLiveBlock } from '../src/debug/live-blocks.ts';
import { geometryNamed } from '../src/geometry.ts';
import { SharedHeap } from '../src/heap.ts';
import { GEOMETRY_NAMES, Level2 } from './helpers.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test.each(GEOMETRY_NAMES)('%s: without hooks, every block in use is named with what it can hold', (geometry) => {
  using heap = SharedHeap.create({ reserve: '64MiB', geometry, malloc: 'pool' });
  const sizes = Array.from({ length: 3000 }, (_, i) => 1 + ((i * 37) % 512)).concat(0, 600, 70_000);
  const blocks = sizes.map((size) => heap.malloc(size));
  const kept = blocks.filter((_, i) => i % 3 === 0 || i >= 3000);
  for (const block of blocks) if (!kept.includes(block)) heap.free(block);
  const leaks = heap.leaks();
  expect(leaks.map(({ address }) => address).sort()).toEqual(kept.sort());
  for (const { address, size, ...rest } of leaks) {
    expect(size).toBe(heap.usableSize(address));
    expect(rest).toEqual({ domain: undefined, serial: undefined, thread: undefined, site: undefined });
  }
  for (const block of kept) heap.free(block);
  expect(heap.leaks()).toEqual([]);
});

test('blocks that wait in a remote set are not in use', () => {
  const owner = new Level2('classic8', 512);
  const other = new Level2('classic8', 512, owner);
  const blocks = Array.from({ length: 10 }, () => owner.object.malloc(100));
  for (const block of blocks.slice(2, 7)) other.object.free(block);
  const found: number[] = [];
  forEachLiveBlock(owner.words, owner.layout, geometryNamed('classic8'), (address) => found.push(address));
  expect(found).toEqual([...blocks.slice(0, 2), ...blocks.slice(7)]);
});

test('what a package keeps under a root is no leak', () => {
  using heap = SharedHeap.create({ reserve: '8MiB', malloc: 'debug' });
  heap.root('KEPT', () => heap.malloc(100), heap.free.bind(heap));
  heap.root('MORE', () => heap.raw.malloc(100), heap.raw.free.bind(heap.raw));
  expect(heap.leaks()).toEqual([]);
});

test.each(['pool', 'debug'] as const)('what a free list keeps is no leak, nor is its record (%s)', (malloc) => {
  using heap = SharedHeap.create({ reserve: '8MiB', malloc });
  const list = heap.freeList({ size: 40 });
  heap.freeList({ size: 24 });
  const blocks = [list.malloc(), list.malloc(), list.malloc()];
  expect(heap.leaks().length).toBe(3);
  for (const block of blocks) list.free(block);
  expect(list.stats().length).toBe(3);
  expect(heap.leaks()).toEqual([]);
});

test('the text sums up by thread and by site, those with the most bytes first', () => {
  using heap = SharedHeap.create({
    reserve: '8MiB',
    malloc: 'debug',
    debug: { stacks: true, serials: true, onLeaks: () => undefined },
  });
  const small = () => heap.malloc(10);
  const large = () => heap.obj.malloc(3000);
  const first = Array.from({ length: 3 }, small)[0];
  const other = large();
  const lines = heap.formatLeaks().split('\n');
  expect(lines.slice(0, 4)).toEqual([
    '4 blocks, 3030 bytes in use',
    'thread 0: 4 blocks, 3030 bytes',
    `  1 block, 3000 bytes, the first at 0x${other.toString(16)} by call #5`, // #4 is that of RAW under it
    expect.stringMatching(/^ {4}at large \(.*leaks\.test\.ts:\d+:\d+\)$/),
  ]);
  const at = lines.indexOf(`  3 blocks, 30 bytes, the first at 0x${first.toString(16)} by call #1`);
  expect(at).toBeGreaterThan(3);
  expect(lines[at + 1]).toMatch(/^ {4}at small /);
  for (const line of lines) expect(line).not.toMatch(/SharedHeap|DebugHooks|Domain\.|node:internal/);
});

test('without stacks the text tells blocks apart by domain and size', () => {
  using heap = SharedHeap.create({ reserve: '8MiB', malloc: 'debug' });
  expect(heap.formatLeaks()).toBe('0 blocks, 0 bytes in use\n');
  const first = heap.malloc(10);
  heap.malloc(10);
  const other = heap.obj.malloc(10);
  expect(heap.formatLeaks()).toBe(
    [
      '3 blocks, 30 bytes in use',
      'thread unknown: 3 blocks, 30 bytes',
      `  2 blocks, 20 bytes, the first at 0x${first.toString(16)}`,
      '    mem domain, 10 bytes each',
      `  1 block, 10 bytes, the first at 0x${other.toString(16)}`,
      '    obj domain, 10 bytes each',
      '',
    ].join('\n'),
  );
});

test('a block with damaged pads is in the list: before it, as what the heap knows of it', () => {
  using heap = SharedHeap.create({ reserve: '8MiB', malloc: 'debug' });
  const block = heap.malloc(16);
  heap.bytes[block + 16] = 0;
  expect(heap.leaks()).toMatchObject([{ address: block, size: 16, domain: 'mem' }]);
  heap.bytes[block - 1] = 0;
  expect(heap.leaks()).toMatchObject([{ address: block - 16, size: 40, domain: undefined }]);
});

test('detach() writes what is left to stderr, when stacks are kept and anything is left', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const options = { reserve: '8MiB', malloc: 'debug', debug: { stacks: true } } as const;
  const clean = SharedHeap.create(options);
  clean.free(clean.malloc(5));
  clean.detach();
  SharedHeap.create({ ...options, debug: {} }).detach();
  const bare = SharedHeap.create({ reserve: '8MiB', malloc: 'pool', debug: { stacks: true } });
  bare.malloc(5);
  bare.detach();
  expect(write).not.toHaveBeenCalled();
  const heap = SharedHeap.create(options);
  heap.malloc(5);
  heap.detach();
  heap.detach();
  expect(write).toHaveBeenCalledTimes(1);
  expect(write.mock.calls[0][0]).toMatch(
    /^Sharena: thread 0 has detached and left blocks: 1 block, 5 bytes in use\nthread 0: .*\n.*\n.*leaks\.test\.ts/,
  );
});
