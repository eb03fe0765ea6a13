/** Pages that go back to the system: which, when, and what is the case where the system cannot take them. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { InvalidArgumentError } from '../src/errors.ts';
import { SharedHeap } from '../src/heap.ts';
import { H_PAGES, H_PAGES_ASKED, H_PURGE, PAGE_BYTES } from '../src/layout.ts';
import { memoryStats, type PurgePolicy, Purger, purgeWord } from '../src/memory/purge.ts';
import { type Koffi, openSystemMemory } from '../src/memory/system.ts';
import { Crew } from './crew.ts';

const MIB = 2 ** 20;
const package_ = fileURLToPath(new URL('..', import.meta.url));

afterEach(() => vi.useRealTimers());

function node(...args: string[]): Promise<{ stdout: string }> {
  return promisify(execFile)(process.execPath, args, { timeout: 25_000, env: { ...process.env, NODE_PATH: '' } });
}

/** Writes every page of a new block, and frees it. */
function useAndFree(heap: SharedHeap, bytes: number): number {
  const address = heap.malloc(bytes);
  heap.bytes.fill(0xff, address, address + bytes);
  heap.free(address);
  return address;
}

function isZero(heap: SharedHeap, address: number, bytes: number): boolean {
  return Buffer.from(heap.words.buffer, address, bytes).equals(Buffer.alloc(bytes));
}

describe('the policy', () => {
  test('is a word of the header', () => {
    expect(purgeWord('off')).toBe(0);
    expect(purgeWord('immediate')).toBe(-1);
    expect(purgeWord({ delay: 250 })).toBe(250);
    for (const purge of ['off', 'immediate', { delay: 2147483647 }] as const) {
      using heap = SharedHeap.create({ reserve: '4MiB', purge });
      expect(heap.words[H_PURGE]).toBe(purgeWord(purge));
      expect(heap.stats().memory.purge).toEqual(purge);
    }
  });

  test.each([
    [{ delay: 0 }, 'purge.delay', 0],
    [{ delay: 2 ** 31 }, 'purge.delay', 2 ** 31],
    [{ delay: 1.5 }, 'purge.delay', 1.5],
    [{ delay: '5' }, 'purge.delay', '5'],
    [{}, 'purge.delay', undefined],
    ['never', 'purge', 'never'],
    [50, 'purge', 50],
  ])('%o is refused', (purge, argument, value) => {
    const create = () => SharedHeap.create({ reserve: '4MiB', purge: purge as PurgePolicy });
    expect(create).toThrow(InvalidArgumentError);
    expect(create).toThrow(expect.objectContaining({ argument, value }));
  });
});

describe.skipIf(process.platform !== 'linux')('where the system takes pages back', () => {
  test('purge() gives the memory of free pages back, that of blocks not, and tells how much', () => {
    using heap = SharedHeap.create({ reserve: '64MiB' });
    const kept = heap.malloc(4 * MIB);
    heap.bytes.fill(7, kept, kept + 4 * MIB);
    const freed = useAndFree(heap, 20 * MIB);
    const before = heap.stats().memory.residentBytes!;
    expect(before).toBeGreaterThan(24 * MIB);
    expect(heap.purge()).toBe(20 * MIB);
    const { residentBytes, purgedBytes } = heap.stats().memory;
    expect(before - residentBytes!).toBe(20 * MIB);
    expect(purgedBytes).toBe(20 * MIB);
    expect(isZero(heap, freed, 20 * MIB)).toBe(true);
    expect(Buffer.from(heap.words.buffer, kept, 4 * MIB).equals(Buffer.alloc(4 * MIB, 7))).toBe(true);
    expect(heap.purge(), 'there is nothing left').toBe(0);
    expect(heap.calloc(1, 20 * MIB), 'the pages serve again').toBe(freed);
    expect(isZero(heap, freed, 20 * MIB)).toBe(true);
  });

  test('immediate: a freed block is no longer in memory, nor is an arena that is given back', () => {
    using heap = SharedHeap.create({ reserve: '64MiB', purge: 'immediate' });
    const before = heap.stats().memory.residentBytes!;
    useAndFree(heap, 20 * MIB);
    expect(heap.stats().memory.purgedBytes).toBe(20 * MIB);
    const small = Array.from({ length: 10_000 }, () => heap.malloc(512));
    for (const address of small) heap.bytes.fill(1, address, address + 512);
    for (const address of small) heap.free(address);
    heap.trim();
    const { purgedBytes, residentBytes } = heap.stats().memory;
    expect(purgedBytes).toBeGreaterThan(25 * MIB);
    expect(residentBytes! - before, 'what stays are tables of these arenas').toBeLessThan(0.2 * MIB);
    expect(heap.purge()).toBe(0);
  });

  test('delay: once a while after the first release, together with what was freed in the meantime', () => {
    vi.useFakeTimers();
    using heap = SharedHeap.create({ reserve: '64MiB', purge: { delay: 100 } });
    useAndFree(heap, MIB);
    vi.advanceTimersByTime(60);
    useAndFree(heap, 3 * MIB);
    vi.advanceTimersByTime(39);
    expect(heap.stats().memory.purgedBytes).toBe(0);
    vi.advanceTimersByTime(1);
    expect(heap.stats().memory.purgedBytes).toBe(3 * MIB);
    expect(vi.getTimerCount()).toBe(0);
    useAndFree(heap, MIB);
    vi.advanceTimersByTime(100);
    expect(heap.stats().memory.purgedBytes).toBe(4 * MIB);
  });

  test('delay: a thread that detaches purges what its timer would have', () => {
    vi.useFakeTimers();
    const heap = SharedHeap.create({ reserve: '64MiB', purge: { delay: 100 } });
    const { words } = heap;
    useAndFree(heap, MIB);
    heap.detach();
    expect(vi.getTimerCount()).toBe(0);
    expect(memoryStats(words).purgedBytes).toBeGreaterThanOrEqual(MIB);
    expect(() => heap.purge()).toThrow(expect.objectContaining({ code: 'ERR_SHARENA_DETACHED' }));
  });

  test('another thread follows the policy, and gives back what this one freed', async () => {
    await using crew = new Crew();
    using heap = SharedHeap.create({ reserve: '64MiB', purge: 'immediate' });
    const hand = crew.start('hand', { heap: heap.handle });
    const address = heap.malloc(8 * MIB);
    heap.bytes.fill(1, address, address + 8 * MIB);
    await hand.call('free', [address]);
    expect(heap.stats().memory.purgedBytes).toBe(8 * MIB);
    expect(isZero(heap, address, 8 * MIB)).toBe(true);
  });

  test.each(['immediate', 'delay', 'call'])(
    '%s: the process is as large as it was before it used 1 GiB',
    async (how) => {
      // What the engine allocates meanwhile for itself only adds to what is left: the least of three runs counts.
      let least = 1;
      for (let run = 0; run < 3 && least >= 0.05; run++) {
        const { stdout } = await node(join(package_, 'bench', 'purge.mjs'), how, '--json');
        const { before, used, after, purgedBytes } = JSON.parse(stdout);
        expect(used - before).toBeGreaterThan(900 * MIB);
        expect(purgedBytes).toBeGreaterThanOrEqual(1024 * MIB);
        least = Math.min(least, Math.abs(after - before) / before);
      }
      expect(least).toBeLessThan(0.05);
    },
  );
});

describe('where it cannot', () => {
  const buffer = new SharedArrayBuffer(4 * PAGE_BYTES);

  /** A koffi that finds these functions, and the memory at this address. */
  function koffi(functions: Record<string, (...args: number[]) => number>, address = 4096n): () => Koffi {
    return () => ({
      address: () => address,
      load: () => ({
        func(prototype) {
          const found = functions[/(\w+)\(/.exec(prototype)![1]];
          if (!found) throw new Error(`Cannot find function in ${prototype}`);
          return found as (...args: readonly unknown[]) => number;
        },
      }),
    });
  }

  const getpagesize = () => 4096;

  test('on other systems koffi is not even loaded', () => {
    const load = vi.fn(() => undefined);
    for (const platform of ['darwin', 'win32', 'freebsd']) {
      expect(openSystemMemory(buffer, platform, load)).toBeUndefined();
    }
    expect(load).not.toHaveBeenCalled();
    expect(openSystemMemory(buffer, 'linux', load)).toBeUndefined();
  });

  test('without the functions, with larger pages than the heap has, or with memory that begins inside one', () => {
    const all = { getpagesize, madvise: () => 0, mincore: () => 0 };
    expect(openSystemMemory(buffer, 'linux', koffi(all))).toBeDefined();
    expect(openSystemMemory(buffer, 'linux', koffi({ getpagesize }))).toBeUndefined();
    expect(openSystemMemory(buffer, 'linux', koffi({ ...all, getpagesize: () => 131072 }))).toBeUndefined();
    expect(openSystemMemory(buffer, 'linux', koffi(all, 4097n))).toBeUndefined();
  });

  test('the calls name the range, and their failure is told', () => {
    const madvise = vi.fn((address: number, _bytes: number, _advice: number) => (address === 4096 + 65536 ? 0 : -1));
    const system = openSystemMemory(buffer, 'linux', koffi({ getpagesize, madvise, mincore: () => -1 }))!;
    expect(system.release(65536, 131072)).toBe(true);
    expect(madvise).toHaveBeenLastCalledWith(4096 + 65536, 131072, 4);
    expect(system.release(131072, 65536)).toBe(false);
    expect(system.residentBytes()).toBeUndefined();
  });

  test('nothing is purged, and stats() says so', () => {
    const words = new Int32Array(buffer);
    words[H_PAGES] = 4;
    words[H_PAGES_ASKED] = 8;
    words[H_PURGE] = purgeWord('immediate');
    const none = () => undefined;
    expect(memoryStats(words, none)).toEqual({
      reserveBytes: 4 * PAGE_BYTES,
      requestedBytes: 8 * PAGE_BYTES,
      residentBytes: undefined,
      processRss: expect.any(Number),
      purge: 'immediate',
      purgeAvailable: false,
      purgedBytes: 0,
    });
    const purger = new Purger(words, none);
    expect(purger.onRelease(() => expect.fail())).toBeUndefined();
    expect(purger.purge(1, 1)).toBe(false);
  });

  test('without koffi the package works, and keeps the memory', async () => {
    // A copy of the package that has nothing beside it.
    const folder = await mkdtemp(join(tmpdir(), 'sharena-alone-'));
    try {
      await cp(join(package_, 'dist'), join(folder, 'dist'), { recursive: true });
      await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
      await writeFile(
        join(folder, 'program.js'),
        `import { SharedHeap } from './dist/index.js';
        for (const purge of ['off', 'immediate', { delay: 1 }]) {
          const heap = SharedHeap.create({ reserve: '64MiB', purge });
          const address = heap.malloc(2 ** 20);
          heap.bytes.fill(1, address, address + 2 ** 20);
          heap.free(address);
          const { purgeAvailable, residentBytes, purgedBytes, processRss } = heap.stats().memory;
          console.log(purgeAvailable, residentBytes, purgedBytes, heap.purge(), heap.bytes[address], processRss > 2 ** 20);
        }`,
      );
      const { stdout } = await node(join(folder, 'program.js'));
      expect(stdout.trim().split('\n')).toEqual(Array(3).fill('false undefined 0 0 1 true'));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
