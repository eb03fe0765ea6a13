/**
 * Debug hooks: the bytes around a block, what is found when it comes back, and what the report says.
 *
 * The numbers are those of the catalogue of cases that these expectations were recorded for.
 */
import { describe, expect, test } from 'vitest';
import { looksFreed } from '../src/debug/fill.ts';
import { DOMAIN_NAMES, type DomainName } from '../src/domains.ts';
import { BadAddressError, MemoryCorruptionError } from '../src/errors.ts';
import { SharedHeap } from '../src/heap.ts';
import type { HeapOptions } from '../src/heap-options.ts';

const DEAD = 'dd';
const FREED = 'already freed';

function create(options: HeapOptions = {}): SharedHeap {
  return SharedHeap.create({ reserve: '8MiB', malloc: 'debug', ...options });
}

/** Bytes as hexadecimal digits. */
function hexOf(heap: SharedHeap, from: number, to: number): string {
  return Array.from(heap.bytes.subarray(from, to), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What a call throws; it must be a corruption. */
function corruption(call: () => void): MemoryCorruptionError {
  try {
    call();
  } catch (error) {
    if (error instanceof MemoryCorruptionError) return error;
    throw error;
  }
  throw new Error('nothing was found');
}

/** Refused with that reason, and not a byte of the heap has changed. */
function refusedUnchanged(heap: SharedHeap, reason: string, call: () => void): MemoryCorruptionError {
  const before = heap.bytes.slice();
  const error = corruption(call);
  expect(error.reason).toBe(reason);
  expect(Buffer.compare(before, heap.bytes)).toBe(0);
  return error;
}

const ID: Record<DomainName, string> = { raw: '72', mem: '6d', obj: '6f' };
const FRAME = { lead: 'fd'.repeat(7), tail: 'fd'.repeat(8) };

describe.each(DOMAIN_NAMES)('the %s domain', (name) => {
  test('case 47: malloc writes the size, the domain, the pads and clean bytes', () => {
    using heap = create();
    const p = heap[name].malloc(5);
    expect(hexOf(heap, p - 16, p + 13)).toBe(`0000000000000005${ID[name]}${FRAME.lead}${'cd'.repeat(5)}${FRAME.tail}`);
    const empty = heap[name].malloc(0);
    expect(hexOf(heap, empty - 16, empty + 8)).toBe(`0000000000000000${ID[name]}${FRAME.lead}${FRAME.tail}`);
    expect(heap[name].calloc(0, 5)).not.toBe(0);
  });

  test('case 47: calloc writes zeros where memory was dead before', () => {
    using heap = create();
    heap[name].free(heap[name].malloc(6));
    const p = heap[name].calloc(2, 3);
    expect(hexOf(heap, p - 16, p + 14)).toBe(`0000000000000006${ID[name]}${FRAME.lead}${'00'.repeat(6)}${FRAME.tail}`);
  });

  test('case 47: realloc keeps the bytes, fills what it adds, and moves the pads', () => {
    using heap = create();
    let p = heap[name].malloc(5);
    heap.bytes.set([1, 2, 3, 4, 5], p);
    p = heap[name].realloc(p, 10);
    expect(hexOf(heap, p - 16, p + 18)).toBe(
      `000000000000000a${ID[name]}${FRAME.lead}0102030405${'cd'.repeat(5)}${FRAME.tail}`,
    );
    p = heap[name].realloc(p, 3);
    expect(hexOf(heap, p - 16, p + 11)).toBe(`0000000000000003${ID[name]}${FRAME.lead}010203${FRAME.tail}`);
    p = heap[name].realloc(p, 0);
    expect(hexOf(heap, p - 16, p + 8)).toBe(`0000000000000000${ID[name]}${FRAME.lead}${FRAME.tail}`);
    heap[name].free(p);
    expect(heap[name].realloc(0, 3)).not.toBe(0);
  });

  test('case 47: free fills the frame and the block with dead bytes', () => {
    using heap = create();
    const p = heap[name].malloc(100);
    heap[name].free(p);
    // The allocator behind the hooks may keep its link in the first word.
    expect(hexOf(heap, p - 12, p + 108)).toBe(DEAD.repeat(120));
    heap[name].free(0);
  });

  test('a block that was freed is refused, whatever was freed since', () => {
    using heap = create();
    const blocks = Array.from({ length: 20 }, () => heap[name].malloc(40));
    for (const block of blocks) heap[name].free(block);
    for (const block of blocks) {
      const error = refusedUnchanged(heap, FREED, () => heap[name].free(block));
      expect(error).toMatchObject({ code: 'ERR_SHARENA_MEMORY_CORRUPTION', domain: name, address: block });
      expect(error.report).toContain(`p=0x${block.toString(16)}: already freed`);
      refusedUnchanged(heap, FREED, () => heap[name].realloc(block, 10));
    }
  });

  test('what is no block at all is refused as without hooks', () => {
    using heap = create();
    const p = heap[name].malloc(64);
    const before = heap.bytes.slice();
    const inside = [p + 8, p + 24, p - 16, p + 1, p + 65536];
    for (const bad of [
      Number.NaN,
      -8,
      0.5,
      8,
      4096,
      2 ** 32,
      2 ** 32 - 8,
      heap.bytes.length,
      heap.bytes.length - 8,
      ...inside,
    ]) {
      expect(() => heap[name].free(bad)).toThrow(BadAddressError);
      expect(() => heap[name].realloc(bad, 8)).toThrow(BadAddressError);
      expect(() => heap.usableSize(bad)).toThrow(BadAddressError);
    }
    expect(Buffer.compare(before, heap.bytes)).toBe(0);
    heap[name].free(p);
  });

  test('sizes are refused as without hooks, and those too large for the frame answer 0', () => {
    using heap = create();
    const p = heap[name].malloc(8);
    for (const bad of [Number.NaN, -1, 0.5, 2 ** 53]) {
      expect(() => heap[name].malloc(bad)).toThrow(expect.objectContaining({ argument: 'size', value: bad }));
      expect(() => heap[name].realloc(p, bad)).toThrow(expect.objectContaining({ argument: 'size', value: bad }));
      expect(() => heap[name].calloc(bad, 1)).toThrow(expect.objectContaining({ argument: 'nelem', value: bad }));
      expect(() => heap[name].calloc(1, bad)).toThrow(expect.objectContaining({ argument: 'elsize', value: bad }));
    }
    const before = hexOf(heap, p - 16, p + 16);
    for (const large of [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 23, 2 ** 40]) {
      expect(heap[name].malloc(large)).toBe(0);
      expect(heap[name].realloc(p, large)).toBe(0);
      expect(heap[name].calloc(large, 2)).toBe(0);
    }
    expect(hexOf(heap, p - 16, p + 16)).toBe(before);
    heap[name].free(p);
  });

  test('a size that was overwritten is refused before anything behind the block is looked at', () => {
    using heap = create();
    const p = heap[name].malloc(24);
    for (const byte of [16, 12, 11]) {
      heap.bytes[p - byte] = 0x41;
      const error = refusedUnchanged(heap, 'bad size', () => heap[name].free(p));
      expect(error.report).toContain('what lies behind them was not looked at');
      heap.bytes[p - byte] = 0;
    }
    heap[name].free(p);
  });
});

test('case 35: what looks like the address of a freed block', () => {
  using heap = create();
  const p = heap.obj.malloc(16);
  const field = (at: number) => heap.words[at >>> 2];
  expect(looksFreed(0)).toBe(true); // no address
  expect(looksFreed(field(p))).toBe(true); // never written
  expect(looksFreed(field(p + 16))).toBe(true); // behind the end
  heap.words[p >>> 2] = p;
  expect(looksFreed(field(p))).toBe(false);
  heap.obj.free(p);
  expect(looksFreed(field(p))).toBe(true); // freed
  expect(looksFreed(0xdddddddd)).toBe(true);
  for (const other of [1, p, 0xcdcdcdce, 0xddddddfd, 0xcd]) expect(looksFreed(other)).toBe(false);
});

test('case 41: a byte behind a block of 16 bytes', () => {
  using heap = create();
  const p = heap.mem.malloc(16);
  heap.bytes[p + 16] = 'x'.charCodeAt(0);
  const error = refusedUnchanged(heap, 'bad trailing pad byte', () => heap.mem.free(p));
  expect(error).toMatchObject({ domain: 'mem', address: p });
  expect(error.report.split('\n')).toEqual([
    `Debug memory block at address p=0x${p.toString(16)}: API 'm'`,
    '    16 bytes originally requested',
    '    The 7 pad bytes at p-7 are FORBIDDENBYTE, as expected.',
    `    The 8 pad bytes at tail=0x${(p + 16).toString(16)} are not all FORBIDDENBYTE (0xfd):`,
    '        at tail+0: 0x78 *** OUCH',
    ...[1, 2, 3, 4, 5, 6, 7].map((i) => `        at tail+${i}: 0xfd`),
    '    Data at p: cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd',
    '',
    'Create the heap with debug: { stacks: true } to see where the block was allocated.',
    '',
    'Sharena memory error: mem.free: bad trailing pad byte',
    '',
  ]);
});

test.each([
  ['case 42', 'mem', 'raw'],
  ['case 43', 'mem', 'obj'],
  ['bad ID', 'obj', 'mem'],
  ['bad ID', 'obj', 'raw'],
  ['bad ID', 'raw', 'mem'],
  ['bad ID', 'raw', 'obj'],
] as const)('%s: a block of %s that comes back through %s', (_, from, through) => {
  using heap = create();
  const p = heap[from].malloc(16);
  const reason = `bad ID: Allocated using API '${from[0]}', verified using API '${through[0]}'`;
  const error = refusedUnchanged(heap, reason, () => heap[through].free(p));
  expect(error.domain).toBe(through);
  expect(error.report).toContain(`API '${from[0]}'\n    16 bytes originally requested`);
  refusedUnchanged(heap, reason, () => heap[through].realloc(p, 1));
  heap[from].free(p);
});

test('a domain byte that is none is shown as a number', () => {
  using heap = create();
  const p = heap.mem.malloc(16);
  heap.bytes[p - 8] = 7;
  refusedUnchanged(heap, "bad ID: Allocated using API '\\x07', verified using API 'm'", () => heap.mem.free(p));
});

test('case 44: what belongs to a detached heap refuses', () => {
  const heap = create();
  const blocks = { mem: heap.mem.malloc(16), obj: heap.obj.malloc(16) };
  const kept = { mem: heap.getAllocator('mem'), obj: heap.getAllocator('obj') };
  heap.detach();
  for (const name of ['mem', 'obj'] as const) {
    for (const allocator of [heap[name], kept[name], heap.getAllocator(name)]) {
      for (const call of [
        () => allocator.malloc(16),
        () => allocator.calloc(1, 16),
        () => allocator.realloc(blocks[name], 1),
        () => allocator.free(blocks[name]),
      ]) {
        expect(call).toThrow(expect.objectContaining({ code: 'ERR_SHARENA_DETACHED' }));
      }
    }
  }
  expect(hexOf(heap, blocks.mem, blocks.mem + 16)).toBe('cd'.repeat(16));
});

test('case 45: a byte before a block', () => {
  using heap = create();
  const p = heap.mem.malloc(16);
  heap.bytes[p - 1] = 0x41;
  const { report } = refusedUnchanged(heap, 'bad leading pad byte', () => heap.mem.free(p));
  expect(report).toContain('    The 7 pad bytes at p-7 are not all FORBIDDENBYTE (0xfd):\n        at p-7: 0xfd\n');
  expect(report).toContain('        at p-1: 0x41 *** OUCH\n');
  expect(report).toContain('the number of bytes above may be bogus');
});

test('case 46: realloc finds what was written behind a block of 3 bytes, and so does usableSize', () => {
  using heap = create();
  const p = heap.mem.malloc(3);
  expect(heap.usableSize(p)).toBe(3);
  heap.bytes[p + 3] = 1;
  refusedUnchanged(heap, 'bad trailing pad byte', () => heap.mem.realloc(p, 10));
  refusedUnchanged(heap, 'bad trailing pad byte', () => heap.usableSize(p));
});

test('case 47: a block of 200 bytes that realloc moves leaves its ends dead, and its middle as it was', () => {
  using heap = create();
  const p = heap.mem.malloc(200);
  for (let i = 0; i < 200; i++) heap.bytes[p + i] = i;
  const moved = heap.mem.realloc(p, 300);
  expect(moved).not.toBe(p);
  expect(hexOf(heap, p - 12, p + 64)).toBe(DEAD.repeat(76));
  expect(Array.from(heap.bytes.subarray(p + 64, p + 136))).toEqual(Array.from({ length: 72 }, (_, i) => 64 + i));
  expect(hexOf(heap, p + 136, p + 208)).toBe(DEAD.repeat(72));
  expect(Array.from(heap.bytes.subarray(moved, moved + 200))).toEqual(Array.from({ length: 200 }, (_, i) => i));
  expect(corruption(() => heap.mem.free(p)).reason).toBe(FREED);
});

test('realloc that fails leaves the block as it was', () => {
  using heap = create();
  for (const size of [0, 1, 100, 128, 129, 5000]) {
    const p = heap.mem.malloc(size);
    for (let i = 0; i < size; i++) heap.bytes[p + i] = i;
    const before = hexOf(heap, p - 16, p + size + 8);
    expect(heap.mem.realloc(p, 2 ** 32)).toBe(0);
    expect(hexOf(heap, p - 16, p + size + 8)).toBe(before);
    heap.mem.free(p);
  }
});

test('realloc whose allocator throws leaves the block as it was', () => {
  using heap = create({ malloc: 'pool' });
  const inner = heap.getAllocator('mem');
  heap.setAllocator('mem', {
    malloc: (size) => inner.malloc(size),
    calloc: (nelem, elsize) => inner.calloc(nelem, elsize),
    realloc: () => {
      throw new RangeError('not today');
    },
    free: (address) => inner.free(address),
  });
  heap.installDebugHooks();
  const p = heap.mem.malloc(100);
  const before = hexOf(heap, p - 16, p + 108);
  expect(() => heap.mem.realloc(p, 200)).toThrow('not today');
  expect(hexOf(heap, p - 16, p + 108)).toBe(before);
  heap.mem.free(p);
});

test.each(['mem', 'obj'] as const)('case 48: the largest request of %s that a pool serves is 488 bytes', (name) => {
  using heap = create();
  const [inPool, inRaw] = [heap[name].malloc(488), heap[name].malloc(489)];
  expect(heap.locate(inPool)?.blockSize).toBe(512);
  expect(heap.locate(inRaw)).toBeUndefined();
  // RAW has hooks of its own: two frames, one in the other.
  expect(hexOf(heap, inRaw - 32, inRaw - 16)).toBe(`000000000000020172${FRAME.lead}`);
  expect(hexOf(heap, inRaw - 16, inRaw)).toBe(`00000000000001e9${ID[name]}${FRAME.lead}`);
  expect([heap.usableSize(inPool), heap.usableSize(inRaw)]).toEqual([488, 489]);
  heap.bytes[inRaw + 489] = 0;
  expect(refusedUnchanged(heap, 'bad trailing pad byte', () => heap[name].free(inRaw)).domain).toBe(name);
  heap.bytes[inRaw + 489] = 0xfd;
  heap[name].free(inPool);
  heap[name].free(inRaw);
  expect(heap.stats().objects.blocksInUse).toBe(0);
});

test('case 49: 16 bytes of data are shown whole, of 20 the first and the last 8', () => {
  using heap = create();
  const shown = (size: number) => {
    const p = heap.mem.malloc(size);
    for (let i = 0; i < size; i++) heap.bytes[p + i] = i;
    heap.bytes[p - 1] = 0;
    return corruption(() => heap.mem.free(p)).report.match(/Data at p: (.*)/)?.[1];
  };
  expect(shown(16)).toBe('00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f');
  expect(shown(20)).toBe('00 01 02 03 04 05 06 07 ... 0c 0d 0e 0f 10 11 12 13');
  expect(shown(3)).toBe('00 01 02');
  expect(shown(0)).toBeUndefined();
});

test('serial numbers stand behind the pads, count every allocation, and are in the report', () => {
  using heap = create({ debug: { serials: true } });
  const first = heap.mem.malloc(5);
  const second = heap.raw.malloc(5);
  expect(hexOf(heap, first + 5, first + 21)).toBe(`${FRAME.tail}0000000000000001`);
  expect(hexOf(heap, second + 5, second + 21)).toBe(`${FRAME.tail}0000000000000002`);
  const third = heap.mem.realloc(first, 6);
  expect(hexOf(heap, third + 6, third + 22)).toBe(`${FRAME.tail}0000000000000003`);
  expect(heap.mem.realloc(third, 2 ** 32)).toBe(0);
  expect(hexOf(heap, third + 6, third + 22)).toBe(`${FRAME.tail}0000000000000003`);
  heap.bytes[third - 3] = 0;
  const { report } = corruption(() => heap.mem.free(third));
  expect(report).toContain('    The block was made by call #3 to debug malloc/realloc.\n');
  heap.bytes[third - 3] = 0xfd;
  heap.mem.free(third);
  expect(hexOf(heap, third - 12, third + 22)).toBe(DEAD.repeat(34));
  expect(heap.locate(heap.mem.malloc(480))?.blockSize).toBe(512);
  expect(heap.locate(heap.mem.malloc(481))).toBeUndefined();
});

test('with stacks a report says where the block was allocated, and in which thread', () => {
  using heap = create({ debug: { serials: true, stacks: true, onLeaks: () => undefined } });
  function makeTheBlock(): number {
    return heap.malloc(7);
  }
  const [one, two] = [makeTheBlock(), makeTheBlock()];
  heap.bytes[one + 7] = 0;
  const { report } = corruption(() => heap.free(one));
  expect(report).toMatch(/\nBlock allocated in thread 0:\n {4}at makeTheBlock \(.*debug-hooks\.test\.ts:\d+:\d+\)\n/);
  heap.bytes[one + 7] = 0xfd;
  const moved = heap.realloc(one, 100);
  heap.bytes[moved - 1] = 0;
  expect(corruption(() => heap.free(moved)).report).not.toContain('makeTheBlock');
  heap.free(two);
  // Overwritten to name a record that does not exist: it is not followed.
  heap.bytes.fill(0x41, moved + 100, moved + 124);
  expect(corruption(() => heap.free(moved)).report).not.toContain('Block allocated');
});

test('a stack is kept once, however many blocks were allocated there', () => {
  using heap = create({ debug: { stacks: true, onLeaks: () => undefined } });
  const make = () => heap.malloc(8);
  const blocks: number[] = [];
  for (let i = 0; i < 3; i++) blocks.push(make());
  const before = heap.stats().blocks;
  for (let i = 0; i < 300; i++) blocks.push(make());
  expect(heap.stats().blocks.count - before.count).toBeLessThanOrEqual(1); // the loop is another place
  expect(new Set(heap.leaks().map(({ site }) => site)).size).toBe(2);
  for (const block of blocks) heap.free(block);
  expect(heap.leaks()).toEqual([]);
});

test.each([8, 64, 4096, 65536])(
  'a block that is aligned to %i has no frame, and is resized and freed all the same',
  (alignment) => {
    using heap = create();
    for (const name of DOMAIN_NAMES) {
      const p = heap.alignedAlloc(alignment, 100);
      expect(p % alignment).toBe(0);
      expect(heap.usableSize(p)).toBeGreaterThanOrEqual(100);
      const moved = heap[name].realloc(p, 50_000);
      heap[name].free(moved);
      expect(() => heap[name].free(moved)).toThrow(BadAddressError);
    }
    expect(heap.leaks()).toEqual([]);
  },
);
