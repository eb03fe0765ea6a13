/** An arena that was given back is somebody else's memory: nothing is written into it afterwards. */
import { expect, test } from 'vitest';
import { remoteOf } from '../src/layout.ts';
import { Level2 } from './helpers.ts';

test('frees by another thread empty an arena: its owner gives it back and writes there no more', () => {
  const owner = new Level2('classic8', 64);
  const other = new Level2('classic8', 64, owner);
  const blocks = Array.from({ length: 64 * 7 }, () => owner.object.malloc(512)); // the first arena, to the last block
  const kept = owner.object.malloc(512); // in the second
  const free = owner.source.free.bind(owner.source);
  let released: Int32Array | undefined;
  owner.source.free = (address, size) => {
    free(address, size);
    released = owner.words.subarray(address >>> 2, (address + size) >>> 2).fill(-1);
  };
  for (const block of blocks) other.object.free(block);
  owner.object.collect();
  expect(released?.length).toBe(65536);
  expect(released?.every((word) => word === -1)).toBe(true);
  // A hint that came late, for a pool that is no longer this thread's.
  const late = blocks[0] >>> 12;
  owner.words[owner.layout.hints + (late >>> 5)] |= 1 << (late & 31);
  const remote = remoteOf(owner.layout, late);
  owner.words[remote] = 1;
  other.object.free(kept);
  owner.object.collect();
  expect(released?.every((word) => word === -1)).toBe(true);
  expect(owner.words[remote]).toBe(1);
});
