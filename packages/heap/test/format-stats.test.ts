/**
 * The text of the statistics. The numbers of the cases are those of test/pymalloc-cases.test.ts.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { totalOf } from '../src/format-stats.ts';
import { InvalidArgumentError, SharedHeap } from '../src/index.ts';
import * as L from '../src/layout.ts';
import { slotOf } from './helpers.ts';

/** Case 39: 10 blocks of 1 byte, 3 of 100, 8 of 512, 1 of 1000. */
const CLASSIC8 = `Small block threshold = 512, in 64 size classes.

class   size   num pools   blocks in use  avail blocks
-----   ----   ---------   -------------  ------------
    0      8           1              10           496
   12    104           1               3            35
   63    512           2               8             6

# arenas allocated total           =                    1
# arenas reclaimed                 =                    0
# arenas highwater mark            =                    1
# arenas allocated current         =                    1
1 arenas * 262144 bytes/arena      =              262,144

# bytes in allocated blocks        =                4,488
# bytes in available blocks        =               10,680
60 unused pools * 4096 bytes       =              245,760
# bytes lost to pool headers       =                  192
# bytes lost to quantization       =                1,024
# bytes lost to arena alignment    =                    0
Total                              =              262,144
`;

/** Case 40: the same with 32 blocks of 512. */
const MODERN = `Small block threshold = 512, in 32 size classes.

class   size   num pools   blocks in use  avail blocks
-----   ----   ---------   -------------  ------------
    0     16           1              10          1011
    6    112           1               3           142
   31    512           2              32            30

# arenas allocated total           =                    1
# arenas reclaimed                 =                    0
# arenas highwater mark            =                    1
# arenas allocated current         =                    1
1 arenas * 1048576 bytes/arena     =            1,048,576

# bytes in allocated blocks        =               16,880
# bytes in available blocks        =               47,440
60 unused pools * 16384 bytes      =              983,040
# bytes lost to pool headers       =                  192
# bytes lost to quantization       =                1,024
# bytes lost to arena alignment    =                    0
Total                              =            1,048,576
`;

function malloc(heap: SharedHeap, size: number, count: number): number[] {
  return Array.from({ length: count }, () => heap.malloc(size));
}

describe.each([
  ['39', 'classic8', 8, CLASSIC8],
  ['40', 'modern', 32, MODERN],
] as const)('case %s: %s', (_, geometry, count512, want) => {
  test('the text, of this thread and of all', () => {
    using heap = SharedHeap.create({ reserve: '16MiB', geometry });
    malloc(heap, 1, 10);
    malloc(heap, 100, 3);
    malloc(heap, 512, count512);
    heap.malloc(1000);
    for (const options of [undefined, {}, { all: false }, { all: true }]) {
      const text = heap.formatStats(options);
      expect(text.slice(0, want.length)).toBe(want);
      expect(text.endsWith('\n')).toBe(true);
      expect(text.endsWith('\n\n')).toBe(false);
    }
  });
});

test('case 36: the text names the threshold and the free lists, and a bad argument is refused', () => {
  using heap = SharedHeap.create({ reserve: '4MiB' });
  const points = heap.freeList({ size: 24 });
  const pages = heap.freeList({ size: 500, limit: 3 });
  for (const list of [points, pages]) {
    const blocks = Array.from({ length: 100 }, () => list.malloc());
    for (const block of blocks) list.free(block);
  }
  expect(heap.stats().freeLists).toEqual([
    { size: 24, blocks: 80 },
    { size: 500, blocks: 3 },
  ]);
  const text = heap.formatStats();
  expect(text).toContain('Small block threshold = 512');
  expect(text).toContain(
    [
      'Total                              =              262,144',
      '',
      '                  80 free blocks * 24 bytes each =                1,920',
      '                  3 free blocks * 500 bytes each =                1,500',
      '',
      'Slabs of',
    ].join('\n'),
  );
  for (const bad of [1, 'all', null, [], { all: 1 }, { all: 'yes' }, { all: null }]) {
    expect(() => heap.formatStats(bad as never), JSON.stringify(bad)).toThrow(InvalidArgumentError);
  }
});

test('case 37: the number of blocks in use is whole, and a garbage collection leaves it as it is', () => {
  using heap = SharedHeap.create({ reserve: '4MiB' });
  malloc(heap, 30, 100);
  malloc(heap, 3000, 3);
  const { blocksInUse } = heap.stats().objects;
  expect(blocksInUse).toBe(103);
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  for (let round = 0; round < 2; round++) {
    collectGarbage();
    expect(heap.stats().objects.blocksInUse).toBe(103);
  }
});

test('the parts add up to the arenas in every state of a heap', () => {
  using heap = SharedHeap.create({ reserve: '16MiB', geometry: 'classic16' });
  const live: number[] = [];
  let x = 7;
  for (let i = 0; i < 5000; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    if (x >>> 31 === 0 || live.length === 0) live.push(heap.malloc(1 + (x % 512)));
    else heap.free(live.splice(x % live.length, 1)[0]);
    if (i % 500 !== 0) continue;
    const { objects, self } = heap.stats();
    expect(totalOf(objects)).toBe(objects.arenas * 262144);
    expect(self?.objects).toEqual(objects);
  }
});

test('parts that do not add up are not printed', () => {
  using heap = SharedHeap.create({ reserve: '4MiB' });
  const { objects } = heap.stats();
  expect(() => totalOf({ ...objects, bytesInUse: objects.bytesInUse + 8 })).toThrow(
    expect.objectContaining({ code: 'ERR_SHARENA_CORRUPT', message: expect.stringContaining('I11') }),
  );
});

test('the second part tells what a shared heap has beside pools', () => {
  using heap = SharedHeap.create({ reserve: '4MiB' });
  heap.raw.malloc(3 * 65536);
  heap.words[L.H_DEATHS] = 2;
  heap.words[L.H_ADOPTIONS] = 3;
  heap.words[L.H_LOST_BLOCKS] = 4;
  heap.words[L.H_RECLAIMED_PAGES] = 5;
  heap.words[L.H_PURGED_PAGES] = 6;
  heap.words[slotOf(heap) + L.S_FAILED_SWAPS] = 1234567;
  expect(heap.stats()).toMatchObject({
    deaths: 2,
    adoptions: 3,
    lostBlocks: 4,
    reclaimedPages: 5,
    memory: { purgedBytes: 393216 },
    failedSwaps: 1234567,
    self: { failedSwaps: 1234567 },
  });
  const text = heap.formatStats();
  for (const line of [
    '# bytes in 1 block spans           =              196,608',
    '3 used pages * 65536 bytes         =              196,608',
    '# bytes given back to the system   =              393,216',
    '# threads attached                 =                    1',
    '# failed swaps                     =            1,234,567',
    '# threads that died                =                    2',
    '# arenas and slabs adopted         =                    3',
    '# blocks lost                      =                    4',
    '# pages reclaimed                  =                    5',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
});

test('after detach() there is no calling thread: the text is about all', () => {
  const heap = SharedHeap.create({ reserve: '4MiB' });
  const keeper = SharedHeap.attach(heap.handle);
  expect(heap.formatStats()).toContain('Slabs of this thread, slot 1');
  heap.malloc(8);
  heap.detach();
  expect(keeper).toBe(heap);
  expect(heap.stats().self).toBeUndefined();
  expect(heap.formatStats()).toContain('Slabs of all threads');
  expect(heap.formatStats()).toContain('    0      8           1               1           505');
});
