/** What is not an address, a size, a handle or an option of this heap gets its error before a single byte has changed. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  BadAddressError,
  HeapExhaustedError,
  IncompatibleHeapError,
  InvalidArgumentError,
  SharenaError,
} from '../src/errors.ts';
import { geometryNamed } from '../src/geometry.ts';
import { SharedHeap } from '../src/heap.ts';
import type { HeapHandle } from '../src/heap-memory.ts';
import * as L from '../src/layout.ts';
import { parseSize } from '../src/memory/size.ts';
import { SLOT_ALIVE, slotWord } from '../src/threads/slots.ts';
import { GEOMETRY_NAMES, Level2, poolOf } from './helpers.ts';

let heap: SharedHeap;

beforeEach(() => {
  heap = SharedHeap.create({ reserve: '4MiB' });
});
afterEach(() => {
  heap.detach();
});

/** A copy of the memory: always the same one, since new megabytes for each call are new pages for each call. */
let copy = Buffer.alloc(0);

/** Makes the call, expects the error, and expects every byte of the memory to be as it was. */
function expectRefused(
  call: () => unknown,
  error: abstract new (...args: never[]) => Error,
  in_: { bytes: Uint8Array } = heap,
): Error {
  if (copy.length < in_.bytes.length) copy = Buffer.alloc(in_.bytes.length);
  const before = copy.subarray(0, in_.bytes.length);
  before.set(in_.bytes);
  let thrown: unknown;
  try {
    call();
  } catch (caught) {
    thrown = caught;
  }
  expect(thrown).toBeInstanceOf(error);
  expect(before.equals(in_.bytes), 'the memory is as it was').toBe(true);
  return thrown as Error;
}

const NOT_ADDRESSES: readonly unknown[] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1,
  -8,
  -65536,
  0.5,
  2 ** 32,
  2 ** 53,
  '4096',
  undefined,
  null,
  {},
  [],
  true,
];

describe.each(GEOMETRY_NAMES)('addresses, %s', (geometry) => {
  /** Calls that take the address of a live block. */
  const calls: readonly [string, (address: never) => unknown][] = [
    ['free', (address) => heap.free(address)],
    ['realloc', (address) => heap.realloc(address, 70)],
    ['realloc to 0', (address) => heap.realloc(address, 0)],
    ['realloc to 1 GiB', (address) => heap.realloc(address, 2 ** 30)],
    ['usableSize', (address) => heap.usableSize(address)],
    ['obj.free', (address) => heap.obj.free(address)],
    ['mem.realloc', (address) => heap.mem.realloc(address, 1000)],
  ];
  let small: number;
  let tiny: number;
  let large: number;

  beforeEach(() => {
    heap = SharedHeap.create({ reserve: '3MiB', geometry });
    [tiny, small, large] = [heap.malloc(1), heap.malloc(100), heap.malloc(150_000)];
    heap.bytes.fill(0xee, small, small + 100);
    heap.bytes.fill(0xee, large, large + 150_000);
  });

  function expectBadAddress(addresses: readonly unknown[]): void {
    for (const address of addresses) {
      for (const [name, call] of calls) {
        const error = expectRefused(() => call(address as never), BadAddressError);
        expect(error, `${name}(${String(address)})`).toMatchObject({ code: 'ERR_SHARENA_BAD_ADDRESS', address });
      }
    }
    heap.checkInvariants();
    for (const block of [tiny, small, large]) heap.free(block);
    expect(heap.stats().objects.blocksInUse, 'and the live blocks can still be freed').toBe(0);
  }

  test('what is no unsigned 32-bit integer', () => {
    expectBadAddress([...NOT_ADDRESSES, small + 0.5, large + 0.5, small + 2 ** 32, small - 2 ** 32, -small, -large]);
  });

  test('inside a block of a pool', () => {
    expectBadAddress([1, 2, 4, 7, 8, 16, 48, 99].map((inside) => small + inside));
  });

  test('inside a pool, where no block was ever handed out', () => {
    const poolBytes = 1 << geometryNamed(geometry).poolBits;
    const pool = poolOf(heap, small);
    const held = heap.usableSize(small);
    expectBadAddress([
      pool, // its header
      pool + 8,
      pool + 40,
      small + held, // the next block, which is linked but was never handed out
      small + 2 * held, // the first that is not linked
      pool + poolBytes - held, // past the last block
      pool + poolBytes - 8,
    ]);
  });

  test('in a pool of an arena that was never used', () => {
    const { arenaBytes, poolBits } = geometryNamed(geometry);
    const arena = poolOf(heap, tiny);
    expectBadAddress([
      arena,
      arena + (5 << poolBits),
      arena + (5 << poolBits) + 48,
      arena + L.PAGE_BYTES * 2,
      arena + arenaBytes - L.PAGE_BYTES,
      arena + arenaBytes - 8,
    ]);
  });

  test('inside a block of RAW', () => {
    expectBadAddress([large + 1, large + 8, large + 4096, large + L.PAGE_BYTES, large + 2 * L.PAGE_BYTES]);
  });

  test('in the tables, in free pages, in the last page, behind the heap', () => {
    const { bytes } = heap;
    const { firstPage } = L.layoutOf(bytes.length / L.PAGE_BYTES, geometryNamed(geometry));
    expectBadAddress([
      4,
      8,
      4096,
      L.PAGE_BYTES,
      (firstPage - 1) * L.PAGE_BYTES,
      bytes.length - 2 * L.PAGE_BYTES,
      bytes.length - L.PAGE_BYTES,
      bytes.length - 8,
      bytes.length,
      bytes.length + L.PAGE_BYTES,
      2 ** 31,
      2 ** 32 - L.PAGE_BYTES,
      2 ** 32 - 1,
    ]);
  });

  test('the block of a pool that was freed last', () => {
    const other = heap.malloc(100);
    heap.malloc(100);
    heap.free(other);
    expectRefused(() => heap.free(other), BadAddressError);
    expectRefused(() => heap.realloc(other, 100), BadAddressError);
    expectRefused(() => heap.realloc(other, 1000), BadAddressError);
    expectRefused(() => heap.usableSize(other), BadAddressError);
    expect(heap.malloc(100)).toBe(other);
    heap.checkInvariants();
  });

  test('the block with which its pool became empty', () => {
    heap.free(small);
    expectRefused(() => heap.free(small), BadAddressError);
    expectRefused(() => heap.realloc(small, 90), BadAddressError);
    heap.checkInvariants();
  });

  test('a block whose arena was given back', () => {
    heap.free(small);
    heap.free(tiny);
    heap.trim();
    expect(heap.stats().arenas.count).toBe(0);
    expectRefused(() => heap.free(small), BadAddressError);
    expectRefused(() => heap.realloc(small, 90), BadAddressError);
    expectRefused(() => heap.usableSize(small), BadAddressError);
  });

  test('a block of RAW that was freed, through any domain', () => {
    heap.free(large);
    for (const domain of [heap, heap.obj, heap.raw]) {
      expectRefused(() => domain.free(large), BadAddressError);
      expectRefused(() => domain.realloc(large, 10), BadAddressError);
    }
    expectRefused(() => heap.usableSize(large), BadAddressError);
  });

  test('RAW refuses a block of a pool', () => {
    expectRefused(() => heap.raw.free(small), BadAddressError);
    expectRefused(() => heap.raw.realloc(small, 10), BadAddressError);
    expectRefused(() => heap.raw.free(poolOf(heap, tiny)), BadAddressError);
  });

  test('a thread refuses a second free of what it, or the owner, freed last in another thread’s pool', () => {
    const owner = new Level2(geometry, 64);
    const other = new Level2(geometry, 64, owner);
    const [a, b, c] = [owner.object.malloc(100), owner.object.malloc(100), owner.object.malloc(100)];
    other.object.free(a);
    expectRefused(() => other.object.free(a), BadAddressError, owner);
    other.object.free(b);
    expectRefused(() => other.object.free(b), BadAddressError, owner);
    owner.object.free(c);
    expectRefused(() => other.object.free(c), BadAddressError, owner);
    owner.object.collect();
    owner.checkInvariants();
    expect(owner.stats().objects).toMatchObject({ blocksInUse: 0, remotePending: 0, collected: 2 });
  });

  test('a thread refuses what is no block in another thread’s pool', () => {
    const owner = new Level2(geometry, 64);
    const other = new Level2(geometry, 64, owner);
    const block = owner.object.malloc(100);
    for (const address of [block + 1, block + 8, block - 8, block - 48, block + 20 * owner.object.usableSize(block)]) {
      expectRefused(() => other.object.free(address), BadAddressError, owner);
      expectRefused(() => other.object.realloc(address, 1), BadAddressError, owner);
      expectRefused(() => other.object.usableSize(address), BadAddressError, owner);
    }
    owner.checkInvariants();
  });
});

test('an address behind the heap is not looked up in the tables that follow', () => {
  const owner = new Level2('classic8', 64);
  const other = new Level2('classic8', 64, owner);
  const block = owner.object.malloc(100);
  owner.object.malloc(100);
  other.object.free(block);
  for (const { object } of [owner, other]) {
    expectRefused(() => object.free(owner.bytes.length + block), BadAddressError, owner);
    expectRefused(() => object.realloc(owner.bytes.length + block, 1), BadAddressError, owner);
  }
});

test('the message names the address', () => {
  expect(() => heap.free(4096)).toThrow('address 0x1000 is not the start of a live block');
  expect(() => heap.free(-1)).toThrow('address -1 is not the start of a live block');
  expect(() => heap.free(Number.NaN)).toThrow('address NaN is not the start of a live block');
  expect(() => heap.free('4096' as never)).toThrow('address "4096" is not the start of a live block');
  const block = heap.malloc(10);
  heap.malloc(10);
  heap.free(block);
  expect(() => heap.free(block)).toThrow(`address 0x${block.toString(16)} was freed already`);
});

describe('sizes', () => {
  const NOT_SIZES: readonly unknown[] = [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    -(2 ** 31),
    0.5,
    512.5,
    2 ** 53,
    2 ** 63,
    '5',
    undefined,
    null,
    {},
    [],
    [5],
    true,
  ];

  test.each(NOT_SIZES.map((value) => [value]))('%o', (value) => {
    const bad = value as never;
    const block = heap.malloc(100);
    const large = heap.malloc(1000);
    const calls: [string, () => unknown][] = [
      ['size', () => heap.malloc(bad)],
      ['size', () => heap.raw.malloc(bad)],
      ['size', () => heap.obj.malloc(bad)],
      ['size', () => heap.realloc(0, bad)],
      ['size', () => heap.realloc(block, bad)],
      ['size', () => heap.realloc(large, bad)],
      ['size', () => heap.raw.realloc(0, bad)],
      ['size', () => heap.raw.realloc(large, bad)],
      ['nelem', () => heap.obj.calloc(bad, 1)],
      ['elsize', () => heap.obj.calloc(1, bad)],
      ['nelem', () => heap.raw.calloc(bad, 0)],
      ['elsize', () => heap.raw.calloc(0, bad)],
      ['nelem', () => heap.calloc(bad, 8)],
      ['elsize', () => heap.calloc(8, bad)],
      ['length', () => heap.newArray(Float64Array, bad)],
    ];
    for (const [argument, call] of calls) {
      const error = expectRefused(call, InvalidArgumentError);
      expect(error).toMatchObject({ code: 'ERR_SHARENA_INVALID_ARGUMENT', argument, value });
      expect(error.message).toContain(`\`${argument}\` to be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`);
    }
  });

  test.each([
    ['a bigint', 5n],
    ['a symbol', Symbol('size')],
  ])('%s', (_, value) => {
    const bad = value as never;
    const block = heap.malloc(100);
    for (const call of [
      () => heap.malloc(bad),
      () => heap.calloc(1, bad),
      () => heap.calloc(bad, 1),
      () => heap.realloc(block, bad),
      () => heap.free(bad),
      () => heap.raw.malloc(bad),
      () => heap.raw.free(bad),
    ]) {
      expectRefused(call, Error);
    }
  });

  test('the message shows the value: numbers as they are, strings quoted, the rest by type', () => {
    const message = `Expected \`size\` to be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, got `;
    expect(() => heap.malloc(-1)).toThrow(`${message}-1`);
    expect(() => heap.malloc(Number.NaN)).toThrow(`${message}NaN`);
    expect(() => heap.malloc('5' as never)).toThrow(`${message}"5"`);
    expect(() => heap.malloc(null as never)).toThrow(`${message}null`);
    expect(() => heap.malloc([5] as never)).toThrow(`${message}a value of type array`);
    expect(() => heap.malloc({} as never)).toThrow(`${message}a value of type object`);
  });

  test('sizes that are whole but too large find no room', () => {
    const { freeBytes } = heap.stats();
    for (const bytes of [freeBytes + 1, 2 ** 31, 2 ** 32, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER]) {
      const error = expectRefused(() => heap.malloc(bytes), HeapExhaustedError);
      expect(error).toMatchObject({ code: 'ERR_SHARENA_HEAP_EXHAUSTED', requested: bytes, available: freeBytes });
      expect(error.message).toContain(`no room for ${bytes} bytes: ${freeBytes} bytes are free`);
    }
    const block = heap.malloc(100);
    expectRefused(() => heap.calloc(2 ** 27, 2 ** 27), HeapExhaustedError);
    expectRefused(() => heap.realloc(block, 2 ** 32 + 100), HeapExhaustedError);
    expectRefused(() => heap.newArray(Float64Array, 2 ** 32), HeapExhaustedError);
  });
});

test('a request that no heap could have is not answered by advice', () => {
  expect(() => heap.malloc(2 ** 32 - 1)).toThrow('; create the heap with a larger `reserve`');
  expect(() => heap.malloc(2 ** 32)).toThrow('; no heap has more than 4 GiB');
});

describe('reserve', () => {
  test.each([
    [0, 0],
    [65536, 65536],
    ['65536', 65536],
    ['10b', 10],
    ['64k', 65536],
    ['64K', 65536],
    ['64kb', 65536],
    ['64KiB', 65536],
    ['512m', 536870912],
    ['512 MiB', 536870912],
    [' 512MB ', 536870912],
    ['4g', 4294967296],
    ['1.5GiB', 1610612736],
    ['0.5k', 512],
  ])('%o is %i bytes', (text, bytes) => {
    expect(parseSize('reserve', text)).toBe(bytes);
  });

  test.each([
    [''],
    [' '],
    ['k'],
    ['MiB'],
    ['-1'],
    ['-1k'],
    ['+1k'],
    ['1e6'],
    ['0x10'],
    ['1,000'],
    ['1 000'],
    ['1.k'],
    ['.5k'],
    ['0.5'],
    ['0.0001k'],
    ['5t'],
    ['5kk'],
    ['5 k b'],
    ['64MiB!'],
    ['99999999999999999999'],
    ['NaN'],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [-1],
    [1.5],
    [2 ** 53],
    [true],
    [null],
    [{}],
    [[]],
    [5n],
  ])('%o is refused', (value) => {
    const read = () => parseSize('reserve', value as never);
    expect(read).toThrow(InvalidArgumentError);
    expect(read).toThrow(/^Expected `reserve` to be a whole number of bytes, or a size such as '512MiB', got /);
    expect(() => SharedHeap.create({ reserve: (value ?? false) as never })).toThrow(InvalidArgumentError);
  });

  test.each(['4097MiB', '5GiB', 2 ** 32 + 1, '1TiB', '0', '64KiB', '1MiB'])('%o is out of range', (reserve) => {
    expect(() => SharedHeap.create({ reserve })).toThrow(
      expect.objectContaining({ code: 'ERR_SHARENA_INVALID_ARGUMENT', argument: 'reserve' }),
    );
  });

  test('a reserve is rounded up to whole pages', () => {
    using other = SharedHeap.create({ reserve: 2 ** 21 + 1 });
    expect(other.stats().reserveBytes).toBe(2 ** 21 + L.PAGE_BYTES);
  });
});

test.each(['', 'classic', 'CLASSIC8', 'toString', 8, null, {}])('geometry %o is refused', (geometry) => {
  const create = () => SharedHeap.create({ geometry: geometry as never, reserve: '4MiB' });
  if (geometry === null) return expect(create().geometry, 'null is as good as nothing').toBe('classic8');
  expect(create).toThrow(InvalidArgumentError);
  expect(create).toThrow(/^Expected `geometry` to be one of classic8, classic16, modern, got /);
});

describe('view()', () => {
  test('addresses that are none, are 0, are misaligned, or lie behind the heap', () => {
    const block = heap.malloc(64);
    const bad = [...NOT_ADDRESSES, 0, -0, block + 4, block + 1, heap.bytes.length + 8, 2 ** 32 - 8];
    for (const address of bad) {
      const error = expectRefused(() => heap.view(Float64Array, address as never, 1), InvalidArgumentError);
      expect(error, String(address)).toMatchObject({ argument: 'address', value: address });
    }
    expect(() => heap.view(Float64Array, block + 4, 1)).toThrow(/`address` to be .* multiple of 8/);
    expect(heap.view(Float32Array, block + 4, 1).byteOffset).toBe(block + 4);
  });

  test('lengths that are none, or reach behind the heap', () => {
    const end = heap.bytes.length;
    for (const length of [Number.NaN, -1, 0.5, 2, 2 ** 32, '1', undefined, null, true]) {
      const error = expectRefused(() => heap.view(Float64Array, end - 8, length as never), InvalidArgumentError);
      expect(error).toMatchObject({ argument: 'length', value: length });
      expect(error.message).toContain('`length` to be a whole number from 0 to 1,');
    }
    expect(heap.view(Float64Array, end - 8, 1)).toHaveLength(1);
    expect(heap.view(Float64Array, end - 8, 0)).toHaveLength(0);
    expect(() => heap.view(Uint8Array, end - 8, 9)).toThrow(InvalidArgumentError);
    expect(heap.view(Uint8Array, end - 8, 8)).toHaveLength(8);
  });

  test('addressOf() takes views of this heap only', () => {
    using other = SharedHeap.create({ reserve: '4MiB' });
    const block = heap.malloc(8);
    expect(heap.addressOf(heap.view(Uint8Array, block, 8))).toBe(block);
    for (const view of [new Uint8Array(8), other.view(Uint8Array, 8, 8), undefined, null, {}, block]) {
      expectRefused(() => heap.addressOf(view as never), InvalidArgumentError);
    }
  });
});

test.each([undefined, null, {}, 'Uint8Array', 8, new Uint8Array(4), DataView])('%o makes no typed arrays', (type) => {
  const block = heap.malloc(64);
  for (const call of [() => heap.view(type as never, block, 1), () => heap.newArray(type as never, 1)]) {
    expect(expectRefused(call, InvalidArgumentError)).toMatchObject({ argument: 'type', value: type });
  }
});

test.each([null, 5, '512MiB', true])('%o are no options', (options) => {
  const { handle } = heap;
  for (const call of [
    () => SharedHeap.create(options as never),
    () => SharedHeap.attach(handle, options as never),
    () => heap.struct({ x: 'f64' }, options as never),
  ]) {
    expect(expectRefused(call, InvalidArgumentError)).toMatchObject({ argument: 'options', value: options });
  }
  const call = () => SharedHeap.create({ reserve: '4MiB', malloc: 'debug', debug: options as never });
  expect(expectRefused(call, InvalidArgumentError)).toMatchObject({ argument: 'debug', value: options });
});

test('names that no option has are refused, with those that there are', () => {
  const refused = (call: () => unknown) => expectRefused(call, InvalidArgumentError).message;
  const only = (argument: string, names: string) =>
    `Expected \`${argument}\` to be left out: there are only ${names}, got "x"`;
  const options = { reserved: 'x' } as never;
  const heapNames = 'reserve, geometry, arenaLimit, malloc, debug, purge';
  expect(refused(() => SharedHeap.create(options))).toBe(only('options.reserved', heapNames));
  expect(refused(() => SharedHeap.attach(heap.handle, options))).toBe(only('options.reserved', 'onLeaks'));
  expect(refused(() => SharedHeap.create({ reserve: '4MiB', debug: options }))).toBe(
    only('debug.reserved', 'onLeaks, serials, stacks'),
  );
  expect(refused(() => heap.struct({ x: 'f64' }, options))).toBe(
    only('options.reserved', 'name, destroy, limit, domain'),
  );
  expect(refused(() => heap.freeList({ size: 16, ...(options as object) }))).toBe(
    only('options.reserved', 'size, limit, domain'),
  );
});

test('a section of stats() has a name and a function', () => {
  expectRefused(() => heap.report(5 as never, () => 1), InvalidArgumentError);
  expectRefused(() => heap.report('mine', 5 as never), InvalidArgumentError);
  expect(heap.stats()).not.toHaveProperty('mine');
});

test.each(['', 'abc', 'abcde', 'äbcd', 'ab\nc', 5, undefined, null, true])('root name %o is refused', (name) => {
  const create = () => {
    throw new Error('not called');
  };
  expectRefused(() => heap.root(name as never, create, create), InvalidArgumentError);
});

test('a heap keeps 16 roots and refuses the next', () => {
  for (let i = 0; i < L.ROOTS; i++) heap.root(`no${String(i).padStart(2, '0')}`, () => heap.malloc(10), heap.free);
  const error = expectRefused(
    () =>
      heap.root(
        'more',
        () => L.PAGE_BYTES,
        () => undefined,
      ),
    SharenaError,
  );
  expect(error).toMatchObject({ code: 'ERR_SHARENA_TOO_MANY_ROOTS' });
  expect(error.message).toContain(`${L.ROOTS} roots`);
});

describe('attach()', () => {
  /** A memory that begins like the heap's, with some words changed. */
  function forged(change: (words: Int32Array) => void, bytes = heap.bytes.length): HeapHandle {
    const buffer = new SharedArrayBuffer(bytes);
    new Uint8Array(buffer).set(heap.bytes.subarray(0, Math.min(bytes, 4096)));
    const words = new Int32Array(buffer, 0, 1024);
    words[L.H_ID]++;
    change(words);
    const id = (words[L.H_ID + 1] >>> 0) * 2 ** 32 + (words[L.H_ID] >>> 0);
    return { id, memory: { buffer } };
  }

  const buffers: readonly [string, unknown][] = [
    ['undefined', undefined],
    ['null', null],
    ['a number', 5],
    ['a string', 'heap'],
    ['an empty object', {}],
    ['an id only', { id: 5 }],
    ['a handle without a buffer', { id: 5, memory: {} }],
    ['a buffer that is not shared', { id: 5, memory: { buffer: new ArrayBuffer(65536) } }],
    ['an empty memory', { id: 5, memory: { buffer: new SharedArrayBuffer(65536) } }],
    ['a memory that is too small', { id: 5, memory: { buffer: new SharedArrayBuffer(64) } }],
    ['a memory that is not made of pages', { id: 5, memory: { buffer: new SharedArrayBuffer(65537) } }],
  ];

  test.each(buffers)('%s', (_, handle) => {
    expect(() => SharedHeap.attach(handle as never)).toThrow(IncompatibleHeapError);
    expect(() => SharedHeap.attach(handle as never)).toThrow(
      expect.objectContaining({ code: 'ERR_SHARENA_INCOMPATIBLE_HEAP' }),
    );
  });

  const changes: readonly [string, (words: Int32Array) => void][] = [
    ['another magic number', (words) => words.fill(0x12345678, L.H_MAGIC, L.H_MAGIC + 1)],
    ['another version', (words) => words.fill(99, L.H_VERSION, L.H_VERSION + 1)],
    ['an unknown geometry', (words) => words.fill(9, L.H_GEOMETRY, L.H_GEOMETRY + 1)],
    ['more pages than the memory has', (words) => words[L.H_PAGES]++],
    ['less pages than the memory has', (words) => words[L.H_PAGES]--],
    ['less than no pages', (words) => words.fill(-1, L.H_PAGES, L.H_PAGES + 1)],
  ];

  test.each(changes)('a memory with %s', (_, change) => {
    const handle = forged(change);
    const bytes = new Uint8Array(handle.memory.buffer);
    const error = expectRefused(() => SharedHeap.attach(handle), IncompatibleHeapError, { bytes });
    expect(error).toMatchObject({ code: 'ERR_SHARENA_INCOMPATIBLE_HEAP' });
  });

  test('the first pages of a heap without the rest', () => {
    expect(() => SharedHeap.attach(forged(() => undefined, 65536))).toThrow(IncompatibleHeapError);
  });

  test('the id of one heap with the memory of another', () => {
    const mine = { id: heap.handle.id + 1, memory: heap.handle.memory };
    expectRefused(() => SharedHeap.attach(mine), IncompatibleHeapError);
  });

  test('when all 255 slots are taken', () => {
    const layout = L.layoutOf(heap.words[L.H_PAGES], geometryNamed(heap.geometry));
    heap.detach();
    for (let slot = 1; slot < L.SLOTS; slot++) {
      heap.words[slotWord(layout, slot) + L.S_STATE] = ((1000 + slot) << 3) | SLOT_ALIVE;
    }
    const error = expectRefused(() => SharedHeap.attach(heap.handle), SharenaError);
    expect(error).toMatchObject({ code: 'ERR_SHARENA_TOO_MANY_THREADS' });
    expect(error.message).toContain('255 threads');
    expect(heap.stats().threads).toBe(255);
    heap.words[slotWord(layout, 200) + L.S_STATE] = 0;
    expect(SharedHeap.attach(heap.handle).slot).toBe(200);
    SharedHeap.attach(heap.handle).detach();
  });

  test('through another copy of the package, as long as the thread is attached through the first', async () => {
    vi.resetModules();
    const copy = await import('../src/heap.ts');
    expect(copy.SharedHeap).not.toBe(SharedHeap);
    expect(() => copy.SharedHeap.attach(heap.handle)).toThrow(
      expect.objectContaining({ code: 'ERR_SHARENA_SECOND_COPY' }),
    );
    expect(heap.stats().threads).toBe(1);
    heap.detach();
    const other = copy.SharedHeap.attach(heap.handle);
    expect(() => SharedHeap.attach(heap.handle)).toThrow('another copy of @sharena/heap');
    other.detach();
    SharedHeap.attach(heap.handle).detach();
  });
});

test('a thread that has detached may look, but neither allocate nor free; detaching again does nothing', () => {
  const block = heap.malloc(100);
  heap.bytes[block] = 7;
  heap.detach();
  const calls: (() => unknown)[] = [
    () => heap.malloc(10),
    () => heap.calloc(1, 10),
    () => heap.realloc(block, 10),
    () => heap.realloc(0, 10),
    () => heap.free(block),
    () => heap.free(0),
    () => heap.usableSize(block),
    () => heap.newArray(Uint8Array, 10),
    () => heap.trim(),
    ...[heap.raw, heap.mem, heap.obj].flatMap((domain) => [
      () => domain.malloc(10),
      () => domain.calloc(1, 10),
      () => domain.realloc(block, 10),
      () => domain.free(block),
    ]),
    () => heap.detach() ?? heap.malloc(1),
  ];
  for (const call of calls) {
    const error = expectRefused(call, SharenaError);
    expect(error).toMatchObject({ code: 'ERR_SHARENA_DETACHED' });
    expect(error.message).toContain('detached');
  }
  expect(heap.view(Uint8Array, block, 1)[0]).toBe(7);
  expect(heap.stats()).toMatchObject({ threads: 0, abandonedSlots: 1, objects: { blocksInUse: 1 } });

  const again = SharedHeap.attach(heap.handle);
  expect(again === heap).toBe(false);
  again.free(block);
  again.detach();
  expect(heap.stats()).toMatchObject({ threads: 0, abandonedSlots: 0, usedBytes: 0, objects: { blocksInUse: 0 } });
});
