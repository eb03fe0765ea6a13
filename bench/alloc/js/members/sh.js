/** sh6 and sh8: see native/sh.c. */
import { attachAllocator } from '../allocators.js';

const PLACES = 10_000;
const PARTS = 5;
const PART = PLACES / PARTS;
const SHELF = 256;
const BATCH = 1000;

export function shared(threads) {
  return { shelves: new Int32Array(new SharedArrayBuffer(4 * SHELF * threads)) };
}

export function member({ index, threads, data }) {
  const { heap, memory } = attachAllocator(data.allocator);
  const sizes = data.kind === '6' ? sizes6() : sizes8();
  const blocks = memory.newSlots(PLACES);
  const own = data.shelves.subarray(SHELF * index, SHELF * (index + 1));
  const neighbour = (index + 1) % threads;
  const other = data.shelves.subarray(SHELF * neighbour, SHELF * (neighbour + 1));
  let window = -1;
  let place = 0;
  let turn = 0;

  /** Moves the window and frees what is outside of it. */
  function turnOver() {
    window = (window + 1) % PARTS;
    const low = window * PART;
    const high = low + PART;
    for (let i = 0; i < low; i++) heap.free(blocks[i]);
    for (let i = PLACES - 1; i >= high; i--) heap.free(blocks[i]);
    place = low === 0 ? high : 0;
  }

  function useShelves() {
    for (let i = 0; i < SHELF; i++) {
      heap.free(Atomics.exchange(other, i, 0) >>> 0);
      const block = heap.malloc(8);
      memory.bytes[block] = 1;
      heap.free(Atomics.exchange(own, i, block) >>> 0);
    }
  }

  function fillPlaces() {
    for (let i = 0; i < BATCH; i++) {
      if (place === PLACES) turnOver();
      const size = sizes[turn];
      turn = turn + 1 === sizes.length ? 0 : turn + 1;
      const block = heap.malloc(size);
      memory.touchEnds(block, size);
      blocks[place++] = block;
      if (window >= 0 && place === window * PART) place += PART;
    }
    return BATCH;
  }

  function withShelves() {
    useShelves();
    return fillPlaces() + SHELF;
  }

  return { step: data.kind === '6' ? fillPlaces : withShelves };
}

function sizes6() {
  const sizes = [];
  for (let base = 1; base <= 1000; base += (base >> 1) + 1) {
    for (let size = base; size >= 1; size >>= 1) for (let i = size < 100 ? 250 : 50; i > 0; i--) sizes.push(size);
  }
  return Int32Array.from(sizes);
}

/** Spread evenly: a size that comes n of 7520 times comes each time when its n-th part is full. */
function sizes8() {
  const histogram = [
    [8, 1000],
    [16, 5000],
    [48, 1000],
    [72, 100],
    [148, 100],
    [200, 100],
    [520, 10],
    [1056, 5],
    [4096, 3],
    [9162, 1],
    [34562, 1],
    [168524, 1],
  ];
  const total = histogram.reduce((sum, [, count]) => sum + count, 0);
  const filled = new Float64Array(histogram.length);
  return Int32Array.from({ length: total }, () => {
    let best = 0;
    for (const [k, [, count]] of histogram.entries()) {
      filled[k] += count / total;
      if (filled[k] > filled[best]) best = k;
    }
    filled[best] -= 1;
    return histogram[best][0];
  });
}
