/** Records: layout, fields, references, what is refused. One thread; others are in records-threads.test.ts. */
import fc from 'fast-check';
import { describe, expect, expectTypeOf, test, vi } from 'vitest';
import { ELEMENT_BYTES, layoutStruct } from '../src/freelist/struct-layout.ts';
import {
  BadAddressError,
  HeapExhaustedError,
  InvalidArgumentError,
  type ScalarType,
  SharedHeap,
  type StructFields,
} from '../src/index.ts';

function create(): SharedHeap {
  return SharedHeap.create({ reserve: '4MiB' });
}

const EVERYTHING = {
  a: 'i8',
  b: 'u8',
  c: 'i16',
  d: 'u16',
  e: 'i32',
  f: 'u32',
  g: 'i64',
  h: 'u64',
  i: 'f32',
  j: 'f64',
  k: 'ptr',
  l: ['u8', 3],
  m: ['i64', 2],
  n: ['ptr', 4],
} as const;

describe('layout', () => {
  test('fields are aligned to themselves behind the header of 8 bytes, the whole to 8', () => {
    using heap = create();
    const Point = heap.struct({ flags: 'u8', x: 'f64', small: 'i16', next: 'ptr', name: ['u8', 5], last: 'u16' });
    expect(Point.offsets).toEqual({ flags: 8, x: 16, small: 24, next: 28, name: 32, last: 38 });
    expect(Point.size).toBe(40);
    expect(heap.struct({}).size).toBe(8);
  });

  test('is the same for the same declaration, and tells others apart by their tag', () => {
    const tag = (name: string, fields: StructFields): number => layoutStruct(name, fields).tag;
    const declarations: [string, StructFields][] = [
      ['', { x: 'f64' }],
      ['', { y: 'f64' }],
      ['', { x: 'i64' }],
      ['', { x: ['f64', 1] }],
      ['', { x: ['f64', 2] }],
      ['', { x: 'f64', y: 'f64' }],
      ['', { y: 'f64', x: 'f64' }],
      ['Point', { x: 'f64' }],
    ];
    const tags = declarations.map(([name, fields]) => tag(name, fields));
    expect(new Set(tags).size).toBe(declarations.length);
    expect(tags.every((each) => (each & 1) === 1)).toBe(true);
    expect(declarations.map(([name, fields]) => tag(name, structuredClone(fields)))).toEqual(tags);
  });

  const scalar = fc.constantFrom(...(Object.keys(ELEMENT_BYTES) as ScalarType[]));
  const field = fc.oneof(scalar, fc.tuple(scalar, fc.integer({ min: 1, max: 40 })));

  test('no two fields overlap, each is aligned and inside', () => {
    fc.assert(
      fc.property(fc.array(field, { maxLength: 20 }), (types) => {
        const declared = Object.fromEntries(types.map((type, i) => [`f${i}`, type]));
        const { size, fields } = layoutStruct('', declared);
        let end = 8;
        for (const { type, offset, length } of fields.values()) {
          expect(offset % ELEMENT_BYTES[type]).toBe(0);
          expect(offset).toBeGreaterThanOrEqual(end);
          expect(offset - end).toBeLessThan(ELEMENT_BYTES[type]);
          end = offset + ELEMENT_BYTES[type] * Math.max(1, length);
        }
        expect(size % 8).toBe(0);
        expect(size - end).toBeGreaterThanOrEqual(0);
        expect(size - end).toBeLessThan(8);
      }),
    );
  });

  test.each<[string, unknown]>([
    ['an unknown type', { x: 'f16' }],
    ['a type that every object has', { x: 'toString' }],
    ['no type', { x: undefined }],
    ['an array of nothing', { x: ['u8', 0] }],
    ['half an element', { x: ['u8', 1.5] }],
    ['an array without a length', { x: ['u8'] }],
    ['an array of arrays', { x: [['u8', 2], 2] }],
    ['an integer as name', { 0: 'u8' }],
    ['no identifier', { 'a b': 'u8' }],
    ['an empty name', { '': 'u8' }],
    ['a name that records have', { address: 'ptr' }],
    ['another', { release: 'u8' }],
    ['a name that objects have', { hasOwnProperty: 'u8' }],
    ['__proto__', JSON.parse('{"__proto__":"u8"}')],
    ['a record that is too large', { x: ['f64', 4096] }],
    ['an array of that many bytes', { x: ['u8', 2 ** 40] }],
    ['null', null],
    ['a list', ['u8']],
    ['a string', 'u8'],
  ])('refuses %s', (_, fields) => {
    using heap = create();
    const { blocksInUse } = heap.stats().objects;
    expect(() => heap.struct(fields as StructFields)).toThrow(InvalidArgumentError);
    expect(heap.stats().objects.blocksInUse).toBe(blocksInUse);
  });

  test.each<[string, unknown]>([
    ['a name that is none', { name: 5 }],
    ['a destructor that is none', { destroy: 'yes' }],
    ['a limit below 0', { limit: -1 }],
    ['an unknown domain', { domain: 'raw' }],
  ])('refuses %s', (_, options) => {
    using heap = create();
    expect(() => heap.struct({ x: 'u8' }, options as object)).toThrow(InvalidArgumentError);
  });
});

describe('fields', () => {
  test('are 0 in a new record, even on recycled memory, gaps included', () => {
    using heap = create();
    const Type = heap.struct(EVERYTHING);
    const dirty = heap.malloc(Type.size);
    heap.bytes.fill(0xff, dirty, dirty + Type.size);
    heap.free(dirty);
    const record = Type.new();
    expect(record.address).toBe(dirty);
    expect(heap.view(Uint8Array, dirty + 8, Type.size - 8).every((byte) => byte === 0)).toBe(true);
    expect([record.a, record.g, record.j, record.k]).toEqual([0, 0n, 0, 0]);
    record.j = Number.NaN;
    record.l.fill(255);
    record.release();
    const again = Type.new();
    expect(again.address).toBe(dirty);
    expect([again.j, ...again.l]).toEqual([0, 0, 0, 0]);
  });

  test('hold what was written, each in its place, as its type holds it', () => {
    using heap = create();
    const Type = heap.struct(EVERYTHING);
    const values = {
      a: -128,
      b: 255,
      c: -32768,
      d: 65535,
      e: -(2 ** 31),
      f: 2 ** 32 - 1,
      g: -(2n ** 63n),
      h: 2n ** 64n - 1n,
      i: Math.fround(0.1),
      j: Number.MIN_VALUE,
      k: 0xfffffff8,
    };
    const record = Type.new(values);
    record.l.set([1, 2, 3]);
    record.m[1] = -7n;
    record.n.set([8, 16, 24, 0xfffffff8]);
    expect(record).toMatchObject(values);
    const same = Type.at(record.address);
    expect(same).toMatchObject(values);
    expect([...same.l, ...same.m, ...same.n]).toEqual([1, 2, 3, 0n, -7n, 8, 16, 24, 0xfffffff8]);
    const data = new DataView(heap.bytes.buffer, record.address);
    expect(data.getInt16(Type.offsets.c, true)).toBe(-32768);
    expect(data.getBigUint64(Type.offsets.h, true)).toBe(2n ** 64n - 1n);
    expect(data.getFloat64(Type.offsets.j, true)).toBe(Number.MIN_VALUE);
    same.b = 256 + 7; // converted as a typed array converts it
    expect(record.b).toBe(7);
  });

  test('have types', () => {
    using heap = create();
    const record = heap.struct(EVERYTHING).new({ a: 1, h: 2n, l: [1, 2] });
    expectTypeOf(record.a).toEqualTypeOf<number>();
    expectTypeOf(record.g).toEqualTypeOf<bigint>();
    expectTypeOf(record.m).toEqualTypeOf<BigInt64Array<SharedArrayBuffer>>();
    expectTypeOf(record.address).toEqualTypeOf<number>();
    // @ts-expect-error there is no such field
    expect(record.z).toBeUndefined();
    expect([...record.l]).toEqual([1, 2, 0]);
    expect(Object.keys(Object.getPrototypeOf(record))).toEqual(Object.keys(EVERYTHING));
  });

  test.each<[string, object]>([
    ['a field that there is not', { z: 1 }],
    ['one that every object has', { toString: 1 }],
    ['a string for a number', { a: '1' }],
    ['a number for a bigint', { g: 1 }],
    ['a bigint for a number', { a: 1n }],
    ['a negative address', { k: -8 }],
    ['half an address', { k: 0.5 }],
    ['too many elements', { l: [1, 2, 3, 4] }],
    ['an element of another type', { m: [1n, 2] }],
    ['no elements', { l: 5 }],
    ['null', { l: null }],
  ])('new() refuses %s, and takes no block', (_, init) => {
    using heap = create();
    const Type = heap.struct(EVERYTHING);
    expect(() => Type.new({ b: 1, ...init } as object)).toThrow(InvalidArgumentError);
    expect(() => Type.new(null as never)).toThrow(InvalidArgumentError);
    expect(Type.stats()).toMatchObject({ hits: 0, misses: 0 });
  });

  test('a value of another type is refused, and the field stays as it is', () => {
    using heap = create();
    const record = heap.struct(EVERYTHING).new({ a: 1, g: 1n, k: 8 });
    const loose = record as unknown as Record<string, unknown>;
    for (const [name, value] of [
      ['a', '5'],
      ['a', undefined],
      ['g', 5],
      ['k', -8],
      ['k', 2 ** 32],
    ] as const) {
      expect(() => {
        loose[name] = value;
      }).toThrow(InvalidArgumentError);
    }
    expect(() => {
      loose['l'] = [1];
    }).toThrow(TypeError);
    expect([record.a, record.g, record.k]).toEqual([1, 1n, 8]);
  });

  test('above 2 GiB', () => {
    using heap = SharedHeap.create({ reserve: '4GiB' });
    const bottom = heap.raw.malloc(3 * 2 ** 30);
    const Type = heap.struct(EVERYTHING);
    const records = Array.from({ length: 200 }, (_, i) => Type.new({ a: i - 100, j: i / 8, k: 0xfffffff8, l: [i] }));
    expect(records.every(({ address }) => address > 2 ** 31)).toBe(true);
    for (const [i, record] of records.entries()) {
      expect(Type.at(record.address)).toMatchObject({ a: i - 100, j: i / 8, k: 0xfffffff8 });
      expect(record.l[0]).toBe(i);
      expect(record.release()).toBe(0);
    }
    expect(Type.stats()).toMatchObject({ length: 80, dropped: 120 });
    heap.raw.free(bottom);
  });
});

describe('references', () => {
  test('the last release destroys the record once and keeps its block', () => {
    using heap = create();
    const destroy = vi.fn();
    const Type = heap.struct(
      { x: 'f64' },
      { destroy: (record) => destroy(record.x, record.address, record.references) },
    );
    const record = Type.new({ x: 5 });
    const { address } = record;
    expect(record.retain()).toBe(record);
    expect(record.references).toBe(2);
    expect(record.release()).toBe(1);
    expect(destroy).not.toHaveBeenCalled();
    expect(record.release()).toBe(0);
    expect(destroy.mock.calls).toEqual([[5, address, 0]]);
    expect(Type.stats()).toMatchObject({ length: 1, kept: 1 });
    expect(Type.new().address).toBe(address);
  });

  test('a dead record is refused in every way, and nothing changes', () => {
    using heap = create();
    const Type = heap.struct({ x: 'f64', a: ['u8', 2] });
    const record = Type.new();
    const alias = Type.at(record.address);
    record.release();
    for (const dead of [record, alias]) {
      for (const use of [
        () => dead.x,
        () => dead.a,
        () => {
          dead.x = 1;
        },
        () => dead.retain(),
        () => dead.release(),
        () => dead[Symbol.dispose](),
        () => Type.at(dead.address),
      ]) {
        expect(use).toThrow(BadAddressError);
      }
      expect(dead.references).toBe(0);
    }
    expect(Type.stats()).toMatchObject({ length: 1, kept: 1, dropped: 0 });
    heap.checkInvariants();
  });

  test('a record that is being destroyed can be read, and neither retained nor released', () => {
    using heap = create();
    const seen: unknown[] = [];
    const Type = heap.struct(
      { x: 'f64' },
      {
        destroy(record) {
          expect(() => record.retain()).toThrow(BadAddressError);
          expect(() => record.release()).toThrow(BadAddressError);
          expect(() => Type.at(record.address)).toThrow(BadAddressError);
          record.x++;
          seen.push(record.x);
        },
      },
    );
    Type.new({ x: 1 }).release();
    expect(seen).toEqual([2]);
  });

  test('using releases at the end of the block', () => {
    using heap = create();
    const Type = heap.struct({ x: 'f64' });
    {
      using record = Type.new({ x: 1 });
      expect(record.x).toBe(1);
    }
    expect(Type.stats().length).toBe(1);
  });

  test('a destructor that throws does not keep the block', () => {
    using heap = create();
    const Type = heap.struct(
      { x: 'f64' },
      {
        destroy() {
          throw new Error('mine');
        },
      },
    );
    const record = Type.new();
    expect(() => record.release()).toThrow('mine');
    expect(Type.stats().length).toBe(1);
    expect(() => Type.new().release(), 'and the next one is destroyed, too').toThrow('mine');
  });

  test('a long chain is released from its head, without a deep stack', () => {
    using heap = create();
    let destroyed = 0;
    const Node = heap.struct(
      { next: 'ptr' },
      {
        limit: 2000,
        destroy(node) {
          destroyed++;
          if (node.next !== 0) Node.at(node.next).release();
        },
      },
    );
    const { blocksInUse } = heap.stats().objects;
    let head = 0;
    for (let i = 0; i < 20_000; i++) head = Node.new({ next: head }).address;
    expect(Node.at(head).release()).toBe(0);
    expect(destroyed).toBe(20_000);
    expect(Node.stats()).toMatchObject({ length: 2000, dropped: 18_000 });
    heap.trim();
    expect(heap.stats().objects.blocksInUse).toBe(blocksInUse);
  });

  test('the count goes to 2^31 - 1 and no further', () => {
    using heap = create();
    const record = heap.struct({ x: 'u8' }).new();
    heap.words[record.address / 4 + 1] = 2 ** 31 - 2;
    record.retain();
    expect(() => record.retain()).toThrow(InvalidArgumentError);
    expect(record.references).toBe(2 ** 31 - 1);
    expect(record.release()).toBe(2 ** 31 - 2);
  });
});

describe('at() refuses', () => {
  test('records of other types, blocks that are no records, and what is no block', () => {
    using heap = create();
    const Type = heap.struct({ x: 'f64' });
    const Other = heap.struct({ y: 'f64' });
    const Named = heap.struct({ x: 'f64' }, { name: 'Named' });
    const record = Type.new();
    const { address } = record;
    const block = heap.calloc(1, Type.size);
    const inside = heap.malloc(64);
    heap.words.copyWithin((inside + 16) / 4, address / 4, address / 4 + Type.size / 4);
    for (const other of [Other.new().address, Named.new().address, block, inside + 16, heap.malloc(5000)]) {
      expect(() => Type.at(other)).toThrow(BadAddressError);
    }
    for (const none of [0, -8, 0.5, Number.NaN, 8, address + 4, address + 8, address + 2 ** 32, heap.bytes.length]) {
      expect(() => Type.at(none)).toThrow(BadAddressError);
    }
    expect(() => Type.at(undefined as never)).toThrow(BadAddressError);
    expect(Type.at(address).references).toBe(1);
  });

  test('a block too small for the record', () => {
    using heap = create();
    const Type = heap.struct({ x: ['f64', 10] });
    const small = heap.calloc(1, 8);
    heap.words[small / 4] = Type.tag;
    heap.words[small / 4 + 1] = 1;
    expect(() => Type.at(small)).toThrow(BadAddressError);
  });

  test('after detach(), everything but reading', () => {
    const heap = create();
    const keeper = heap.malloc(8);
    const Type = heap.struct({ x: 'f64' });
    const record = Type.new({ x: 3 });
    heap.detach();
    const detached = expect.objectContaining({ code: 'ERR_SHARENA_DETACHED' });
    expect(() => Type.new()).toThrow(detached);
    expect(() => Type.at(record.address)).toThrow(detached);
    expect(() => record.release()).toThrow(detached);
    expect(record.references, 'the release changed nothing').toBe(1);
    expect(record.x).toBe(3);
    const again = SharedHeap.attach(heap.handle);
    expect(again.struct({ x: 'f64' }).at(record.address).release()).toBe(0);
    again.free(keeper);
    again.detach();
    expect(heap.stats().usedBytes).toBe(0);
  });
});

test('large records come from level 1', () => {
  using heap = create();
  const Type = heap.struct({ samples: ['f64', 4095] });
  expect(Type.size).toBe(32768);
  const record = Type.new({ samples: [1, 2] });
  record.samples[4094] = 7;
  expect(Type.at(record.address).samples[4094]).toBe(7);
  record.release();
  expect(Type.new().address).toBe(record.address);
  expect(() => {
    for (;;) Type.new();
  }).toThrow(HeapExhaustedError);
  heap.checkInvariants();
});

test('any sequence of calls does what a table of counts and values does', () => {
  const calls = fc.array(
    fc.record({
      do: fc.constantFrom<('new' | 'retain' | 'release' | 'write' | 'stale')[]>(
        'new',
        'retain',
        'release',
        'write',
        'stale',
      ),
      pick: fc.nat(1000),
      value: fc.double(),
    }),
    { maxLength: 150 },
  );
  using heap = create();
  const destroyed: number[] = [];
  const Type = heap.struct(
    { flag: 'u8', x: 'f64', tail: ['u16', 3] },
    { limit: 3, destroy: (r) => destroyed.push(r.x) },
  );
  fc.assert(
    fc.property(calls, (sequence) => {
      const live = new Map<number, { count: number; x: number }>();
      const wasLive = new Set<number>();
      for (const { do: what, pick, value } of sequence) {
        const addresses = [...live.keys()];
        const address = addresses[pick % Math.max(1, addresses.length)];
        if (what === 'new') {
          const record = Type.new({ x: value });
          expect(live.has(record.address)).toBe(false);
          live.set(record.address, { count: 1, x: value });
          wasLive.add(record.address);
        } else if (what === 'stale') {
          const dead = [...wasLive].find((each) => !live.has(each));
          if (dead !== undefined) expect(() => Type.at(dead)).toThrow(BadAddressError);
        } else if (address !== undefined) {
          const known = live.get(address) as { count: number; x: number };
          const record = Type.at(address);
          expect(record.x).toBe(known.x);
          if (what === 'write') record.x = known.x = value;
          if (what === 'retain') expect(record.retain().references).toBe(++known.count);
          if (what === 'release') {
            expect(record.release()).toBe(--known.count);
            if (known.count === 0) {
              expect(destroyed.pop()).toBe(known.x);
              live.delete(address);
            }
          }
        }
      }
      for (const [address, { count }] of live) for (let i = 0; i < count; i++) Type.at(address).release();
      destroyed.length = 0;
      heap.checkInvariants();
      expect(Type.stats().length).toBeLessThanOrEqual(3);
    }),
    { numRuns: 100 },
  );
});
