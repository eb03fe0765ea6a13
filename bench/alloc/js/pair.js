/** pair <allocator> <bytes> <count> <repetitions> [live]: malloc(bytes), free(), in an empty heap or beside one live block. */
import { attachAllocator, createAllocator } from './allocators.js';
import { answer, fastest } from './measure.js';

const [bytes, count, repetitions] = process.argv.slice(3, 6).map(Number);
const { heap } = attachAllocator(createAllocator(process.argv[2]));
const live = process.argv[6] === 'live' ? heap.malloc(bytes) : 0;

function pairs(count) {
  for (let i = 0; i < count; i++) heap.free(heap.malloc(bytes));
}

answer({ ns: fastest(pairs, count, repetitions) });
heap.free(live);
