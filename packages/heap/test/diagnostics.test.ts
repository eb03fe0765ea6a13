/** Events: who subscribes hears what happens, once, in the thread in which it happens. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, test } from 'vitest';
import { publishAdopted } from '../src/diagnostics.ts';
import { SharedHeap } from '../src/index.ts';

const NAMES = ['arena-allocated', 'arena-released', 'exhausted', 'adopted', 'bad-free'].map(
  (name) => `sharena:heap:${name}`,
);

/** What is published while `act` runs, as [name, message]. */
function listen(act: () => void): [string, unknown][] {
  const heard: [string, unknown][] = [];
  const hear = (message: unknown, name: string | symbol) => heard.push([String(name), message]);
  for (const name of NAMES) subscribe(name, hear);
  try {
    act();
  } finally {
    for (const name of NAMES) unsubscribe(name, hear);
  }
  return heard;
}

test('arenas that come and go are told', () => {
  using heap = SharedHeap.create({ reserve: '4MiB' });
  let block = 0;
  const about = () => ({ heap: heap.handle.id, slot: heap.slot, address: block - 48, bytes: 262144, custom: false });
  const came = listen(() => {
    block = heap.malloc(8);
    heap.malloc(8);
  });
  expect(came).toEqual([['sharena:heap:arena-allocated', about()]]);
  expect(listen(() => heap.trim())).toEqual([]);
  heap.free(block + 8);
  heap.free(block);
  expect(listen(() => heap.trim())).toEqual([['sharena:heap:arena-released', about()]]);

  heap.setArenaSource({ alloc: (size) => heap.raw.malloc(size), free: (address) => heap.raw.free(address) });
  expect(listen(() => heap.malloc(8))).toMatchObject([['sharena:heap:arena-allocated', { custom: true }]]);
});

test('a request without room is told, with what was asked and what is free', () => {
  using heap = SharedHeap.create({ reserve: '4MiB' });
  const told = listen(() => expect(() => heap.malloc(2 ** 31)).toThrow('no room for 2147483648 bytes'));
  const { freeBytes: available } = heap.stats();
  expect(told).toEqual([
    ['sharena:heap:exhausted', { heap: heap.handle.id, slot: heap.slot, requested: 2 ** 31, available }],
  ]);
  expect(
    listen(() => heap.raw.malloc(2 ** 31)),
    'the domains answer 0',
  ).toEqual([]);
});

test('a bad free is told, whatever was given', () => {
  using heap = SharedHeap.create({ reserve: '4MiB' });
  const block = heap.malloc(64);
  const about = { heap: heap.handle.id, slot: heap.slot };
  for (const address of [block + 8, 12, -1, Number.NaN, 'x' as never]) {
    const told = listen(() => expect(() => heap.free(address)).toThrow());
    expect(told).toEqual([
      ['sharena:heap:bad-free', { ...about, address, reason: expect.stringContaining('address ') }],
    ]);
  }
  expect(listen(() => expect(() => heap.realloc(block + 8, 100)).toThrow())).toHaveLength(1);
  expect(
    listen(() => expect(() => heap.realloc(block, -1)).toThrow()),
    'that is a bad size',
  ).toEqual([]);
  expect(listen(() => heap.free(block))).toEqual([]);
});

test('adoption is told', () => {
  const message = { heap: 1, slot: 2, from: 3, arenas: 4, slabs: 5 };
  expect(listen(() => publishAdopted(message))).toEqual([['sharena:heap:adopted', message]]);
});
