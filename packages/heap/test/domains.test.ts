/** Which allocators serve the domains: SHARENA_MALLOC, the option, and what a program installs. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Address, Allocator, DomainName } from '../src/domains.ts';
import { DOMAIN_NAMES } from '../src/domains.ts';
import { HeapExhaustedError, InvalidArgumentError, MemoryCorruptionError } from '../src/errors.ts';
import { SharedHeap } from '../src/heap.ts';
import type { MallocOption } from '../src/malloc-option.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

function create(malloc?: MallocOption): SharedHeap {
  return SharedHeap.create({ reserve: '8MiB', ...(malloc !== undefined && { malloc }) });
}

/** Hands everything on, and keeps what it was called with. */
class Recorder implements Allocator {
  readonly calls: unknown[] = [];
  readonly #inner: Allocator;

  constructor(inner: Allocator) {
    this.#inner = inner;
  }

  malloc(size: number): Address {
    this.calls.push(['malloc', size]);
    return this.#inner.malloc(size);
  }

  calloc(nelem: number, elsize: number): Address {
    this.calls.push(['calloc', nelem, elsize]);
    return this.#inner.calloc(nelem, elsize);
  }

  realloc(address: Address, size: number): Address {
    this.calls.push(['realloc', address, size]);
    return this.#inner.realloc(address, size);
  }

  free(address: Address): void {
    this.calls.push(['free', address]);
    this.#inner.free(address);
  }
}

describe.each(DOMAIN_NAMES)('the %s domain', (name) => {
  test.each(['pool', 'debug'] as const)('case 33: a wrapper sees every call as it was made (%s)', (malloc) => {
    using heap = create(malloc);
    const original = heap.getAllocator(name);
    const recorder = new Recorder(original);
    heap.setAllocator(name, recorder);
    expect(heap.getAllocator(name)).toBe(recorder);
    const first = heap[name].malloc(42);
    const moved = heap[name].realloc(first, 200);
    heap[name].free(moved);
    const cleared = heap[name].calloc(2, 5);
    heap[name].free(cleared);
    expect(recorder.calls).toEqual([
      ['malloc', 42],
      ['realloc', first, 200],
      ['free', moved],
      ['calloc', 2, 5],
      ['free', cleared],
    ]);
    heap.setAllocator(name, original);
    expect(heap.getAllocator(name)).toBe(original);
    heap[name].free(heap[name].malloc(42));
    expect(recorder.calls.length).toBe(5);
  });

  test('what is no allocator is refused, and the one in place stays', () => {
    using heap = create();
    const original = heap.getAllocator(name);
    const { malloc, calloc, realloc } = new Recorder(original);
    for (const bad of [
      undefined,
      null,
      5,
      'raw',
      {},
      { malloc, calloc, realloc },
      { malloc, calloc, realloc, free: 1 },
    ]) {
      expect(() => heap.setAllocator(name, bad as Allocator)).toThrow(InvalidArgumentError);
    }
    for (const itself of [heap.raw, heap.mem, heap.obj]) {
      expect(() => heap.setAllocator(name, itself)).toThrow(InvalidArgumentError);
    }
    expect(heap.getAllocator(name)).toBe(original);
    expect(heap.allocatorName).toBe('pool');
  });
});

test('an unknown domain is refused', () => {
  using heap = create();
  const allocator = new Recorder(heap.getAllocator('mem'));
  for (const bad of ['', 'RAW', 'toString', 0, undefined, null]) {
    expect(() => heap.getAllocator(bad as DomainName)).toThrow(InvalidArgumentError);
    expect(() => heap.setAllocator(bad as DomainName, allocator)).toThrow(InvalidArgumentError);
  }
});

test('level 2 cannot serve RAW, from which it takes its large blocks', () => {
  using heap = create();
  expect(() => heap.setAllocator('raw', heap.getAllocator('mem'))).toThrow(InvalidArgumentError);
  heap.setAllocator('mem', heap.getAllocator('raw'));
  expect(heap.malloc(1) % 65536).toBe(0);
});

test('malloc() and its kin of the heap go through the MEM domain', () => {
  using heap = create();
  const recorder = new Recorder(heap.getAllocator('mem'));
  heap.setAllocator('mem', recorder);
  const first = heap.malloc(10);
  const moved = heap.realloc(first, 100);
  const array = heap.newArray(Float64Array, 3);
  heap.free(moved);
  heap.free(heap.addressOf(array));
  expect(heap.usableSize(heap.calloc(3, 4))).toBe(16);
  expect(recorder.calls).toEqual([
    ['malloc', 10],
    ['realloc', first, 100],
    ['calloc', 3, 8],
    ['free', moved],
    ['free', heap.addressOf(array)],
    ['calloc', 3, 4],
  ]);
});

test('of the requests to MEM and OBJ, RAW sees those of 0 bytes and of more than 512; of the heap itself it sees none', () => {
  using heap = create();
  const recorder = new Recorder(heap.getAllocator('raw'));
  heap.setAllocator('raw', recorder);
  heap.mem.malloc(1);
  heap.obj.malloc(512);
  expect(recorder.calls).toEqual([]); // although an arena and a vector of arena objects were taken
  const empty = heap.mem.malloc(0);
  const large = heap.obj.malloc(513);
  heap.mem.calloc(10, 100);
  const resized = heap.obj.realloc(large, 100_000);
  heap.mem.free(empty);
  heap.obj.free(resized);
  expect(recorder.calls).toEqual([
    ['malloc', 0],
    ['malloc', 513],
    ['calloc', 10, 100],
    ['realloc', large, 100_000],
    ['free', empty],
    ['free', resized],
  ]);
});

describe.each([10, 20, 30])('case 34: requests fail from the one behind number %i', (start) => {
  test.each([0, 35])('until number %i (0: for good)', (stop) => {
    using heap = create();
    let count = 0;
    const fails = () => ++count > start && (stop <= 0 || count <= stop);
    const originals = DOMAIN_NAMES.map((name) => heap.getAllocator(name));
    const remove = () => {
      for (const [i, name] of DOMAIN_NAMES.entries()) heap.setAllocator(name, originals[i]);
    };
    for (const name of DOMAIN_NAMES) {
      const inner = heap.getAllocator(name);
      heap.setAllocator(name, {
        malloc: (size) => (fails() ? 0 : inner.malloc(size)),
        calloc: (nelem, elsize) => (fails() ? 0 : inner.calloc(nelem, elsize)),
        realloc: (address, size) => (fails() ? 0 : inner.realloc(address, size)),
        free: (address) => inner.free(address),
      });
    }
    const results = Array.from({ length: 40 }, (_, i) => heap[DOMAIN_NAMES[i % 3]].malloc(16));
    const failed = results.flatMap((address, i) => (address === 0 ? [i + 1] : []));
    const last = stop <= 0 ? 40 : stop;
    expect(failed).toEqual(Array.from({ length: last - start }, (_, i) => start + 1 + i));
    if (stop <= 0) expect(() => heap.malloc(16)).toThrow(HeapExhaustedError);
    remove();
    remove();
    expect(heap.allocatorName).toBe('pool');
    for (const [i, address] of results.entries()) heap[DOMAIN_NAMES[i % 3]].free(address);
    expect(heap.leaks()).toEqual([]);
    heap.checkInvariants();
  });
});

describe('case 38: SHARENA_MALLOC', () => {
  test.each([
    [undefined, 'pool'],
    ['', 'pool'],
    ['default', 'pool'],
    ['pool', 'pool'],
    ['raw', 'raw'],
    ['debug', 'pool_debug'],
    ['pool_debug', 'pool_debug'],
    ['raw_debug', 'raw_debug'],
  ] as const)('%s gives %s, as does the option', (value, expected) => {
    vi.stubEnv('SHARENA_MALLOC', value);
    using byVariable = create();
    expect(byVariable.allocatorName).toBe(expected);
    vi.stubEnv('SHARENA_MALLOC', 'raw_debug');
    using byOption = create(value || 'default');
    expect(byOption.allocatorName).toBe(expected);
    const [small, large] = [byOption.malloc(100), byOption.malloc(1000)];
    expect(byOption.locate(small) !== undefined).toBe(expected.startsWith('pool'));
    byOption.free(small);
    byOption.free(large);
    expect(byOption.leaks()).toEqual([]);
  });

  test.each(['malloc', 'Pool', ' raw', 'pymalloc', 'toString', 'pool,debug'])('%j is refused by create()', (value) => {
    vi.stubEnv('SHARENA_MALLOC', value);
    expect(() => create()).toThrow(expect.objectContaining({ argument: 'SHARENA_MALLOC', value }));
    expect(() => create('pool').detach()).not.toThrow();
    expect(() => create(value as MallocOption)).toThrow(expect.objectContaining({ argument: 'malloc', value }));
    expect(() => create('' as MallocOption)).toThrow(InvalidArgumentError);
  });
});

test('options of the hooks that are none are refused', () => {
  for (const debug of [{ serials: 1 }, { stacks: 'yes' }, { onLeaks: true }]) {
    expect(() => SharedHeap.create({ reserve: '4MiB', debug: debug as object })).toThrow(InvalidArgumentError);
  }
  using heap = create();
  expect(() => SharedHeap.attach(heap.handle, { onLeaks: 5 } as object)).toThrow(InvalidArgumentError);
});

test('debug hooks are installed once in each domain, and again before an allocator that was put before them', () => {
  using heap = create('pool');
  heap.installDebugHooks();
  const hooks = DOMAIN_NAMES.map((name) => heap.getAllocator(name));
  expect(heap.allocatorName).toBe('pool_debug');
  heap.installDebugHooks();
  expect(DOMAIN_NAMES.map((name) => heap.getAllocator(name))).toEqual(hooks);
  expect(heap.getAllocator('mem')).toBe(hooks[1]);

  const recorder = new Recorder(hooks[1]);
  heap.setAllocator('mem', recorder);
  expect(heap.allocatorName).toBeUndefined();
  heap.installDebugHooks();
  expect(heap.allocatorName).toBeUndefined();
  expect(heap.getAllocator('raw')).toBe(hooks[0]);

  const p = heap.malloc(10);
  expect(recorder.calls).toEqual([['malloc', 34]]); // a frame of 24 bytes, in a frame
  expect(heap.usableSize(p)).toBe(10);
  expect(heap.leaks()).toMatchObject([{ address: p, size: 10, domain: 'mem' }]);
  const moved = heap.realloc(p, 600);
  heap.bytes[moved + 600] = 0;
  expect(() => heap.free(moved)).toThrow(MemoryCorruptionError);
  heap.bytes[moved + 600] = 0xfd;
  heap.free(moved);
  expect(() => heap.free(moved)).toThrow(expect.objectContaining({ reason: 'already freed' }));
  expect(heap.leaks()).toEqual([]);
});

test('blocks from before the hooks are refused as no blocks', () => {
  using heap = create('pool');
  const before = heap.malloc(10);
  heap.installDebugHooks();
  expect(() => heap.free(before)).toThrow(
    expect.objectContaining({ code: 'ERR_SHARENA_BAD_ADDRESS', address: before }),
  );
});

test('after detach() there is nothing to install', () => {
  const heap = create('pool');
  const recorder = new Recorder(heap.getAllocator('mem'));
  heap.detach();
  const detached = expect.objectContaining({ code: 'ERR_SHARENA_DETACHED' });
  expect(() => heap.setAllocator('mem', recorder)).toThrow(detached);
  expect(() => heap.installDebugHooks()).toThrow(detached);
  expect(() => recorder.malloc(10)).toThrow(detached);
  expect(() => heap.malloc(10)).toThrow(detached);
  expect(() => heap.usableSize(10)).toThrow(detached);
  expect(heap.allocatorName).toBeUndefined();
});
