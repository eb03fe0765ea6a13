/** mstress: see native/mstress.c. */
import { attachAllocator } from '../allocators.js';
import { next } from '../xorshift.js';

const PLACES = 5000;
const TRANSFERS = 1000;
const BATCH = 100;
const COOKIE = 0x3f58476d;

export function shared() {
  return { transfers: new Int32Array(new SharedArrayBuffer(4 * TRANSFERS)) };
}

export function member({ index, data }) {
  const { heap, memory } = attachAllocator(data.allocator);
  const { transfers } = data;
  const { words } = memory;
  const blocks = new Uint32Array(PLACES);
  let count = 0;
  let x = index + 1;

  function newBlock(length) {
    const block = heap.malloc(length * 4);
    const first = block >>> 2;
    words[first] = length;
    for (let i = 1; i < length; i++) words[first + i] = (length - i) ^ COOKIE;
    return block;
  }

  function freeBlock(block) {
    if (block === 0) return;
    const first = block >>> 2;
    const length = words[first];
    for (let i = 1; i < length; i++) {
      if (words[first + i] !== ((length - i) ^ COOKIE)) throw new Error(`the block at ${block} was overwritten`);
    }
    heap.free(block);
  }

  return {
    step() {
      let seed = x;
      for (let i = 0; i < BATCH; i++) {
        seed = next(seed);
        const other = next(seed);
        blocks[count++] = newBlock(wordsOf(seed >>> 8, other >>> 8));
        seed = next(other);
        if ((seed >>> 0) % 3 !== 0) {
          const at = ((other & 0xffff) * count) >>> 16;
          freeBlock(blocks[at]);
          blocks[at] = blocks[--count];
        }
        if ((seed >>> 8) % 4 === 0 && count > 0) {
          const at = ((seed >>> 16) * count) >>> 16;
          blocks[at] = Atomics.exchange(transfers, ((other >>> 16) * TRANSFERS) >>> 16, blocks[at]);
        }
        if (count < PLACES) continue;
        while (count > 0) freeBlock(blocks[--count]);
      }
      x = seed;
      return BATCH;
    },
  };
}

function wordsOf(x, y) {
  if (x & 1) return 2 << ((x >>> 1) % 7);
  const words = 2 << ((x >>> 1) % 5);
  if (y % 5000 === 0) return words * 1000;
  return y % 100 === 0 ? words * 100 : words;
}
