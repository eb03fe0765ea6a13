/**
 * fragmentation <allocator> <phases>: what it keeps beyond what is asked for, as sizes change. See native/fragmentation.c. The resident
 * set is counted from where it was before the first block.
 */
import { attachAllocator, createAllocator } from '../alloc/js/allocators.js';
import { next } from '../alloc/js/xorshift.js';
import { answer } from '../run/program.js';

const FULL = 64 * 2 ** 20;
const MOST = 1 << 21;

const { heap, memory } = attachAllocator(createAllocator(process.argv[2]));
const phases = Number(process.argv[3]);
const blocks = new Uint32Array(MOST).fill(1);
const sizes = new Int32Array(MOST).fill(1);
const clock = performance.now();
const base = process.memoryUsage.rss();
const resident = [];
const live = [];
let [count, bytes, x] = [0, 0, 1];

function fillUp(least) {
  while (bytes < FULL) {
    x = next(x);
    const size = least + (((x >>> 8) % (7 * least)) | 0);
    const block = heap.malloc(size);
    memory.fill(block, size);
    blocks[count] = block;
    sizes[count++] = size;
    bytes += size;
  }
}

/** Frees nine of ten, at random. */
function thinOut() {
  let kept = 0;
  for (let i = 0; i < count; i++) {
    x = next(x);
    if ((x >>> 8) % 10 === 0) {
      blocks[kept] = blocks[i];
      sizes[kept++] = sizes[i];
    } else {
      heap.free(blocks[i]);
      bytes -= sizes[i];
    }
  }
  count = kept;
}

function mark() {
  const seconds = (performance.now() - clock) / 1000;
  resident.push([seconds, process.memoryUsage.rss() - base]);
  live.push([seconds, bytes]);
}

mark();
for (let phase = 0; phase < phases; phase++) {
  fillUp(16 * 8 ** (phase % 4));
  mark();
  thinOut();
  mark();
}
const [, kept] = resident.at(-1);
const along = 'seconds';
answer({
  bytes: Math.max(kept, 1),
  part: bytes / kept,
  series: [
    { metric: 'resident set', unit: 'B', along, points: resident },
    { metric: 'asked for', unit: 'B', along, points: live },
  ],
});
