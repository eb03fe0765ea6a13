/** contention <threads> <ms>: images of a megabyte, taken from the cache and given back by many threads at once. */

import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';
import { runCrew } from '@sharena/measure';
import { answer } from '../run/program.js';

const [threads, time] = process.argv.slice(2).map(Number);
const heap = SharedHeap.create({ reserve: '64MiB' });
const store = ImageStore.over(heap);
store.blocksMax = 32;
const module = new URL('./contention-member.js', import.meta.url);
const { perSecond, fairness } = await runCrew({ module, threads, data: { heap: heap.handle }, warmUp: 300, time });
store.checkInvariants({ atRest: true });
heap.detach();
answer({ perSecond, ...(threads > 1 ? { fairness } : {}) });
