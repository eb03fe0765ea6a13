/** crew <allocator> <workload> <kind> <lanes> <warm-up ms> <ms>: runs a workload of ./members/ in threads. See native/crew.h. */
import { runCrew } from '@sharena/measure';
import { createAllocator } from './allocators.js';
import { answer } from './measure.js';

/** Workloads whose lanes have two threads with different parts. */
const PAIRED = ['larson', 'xmalloc'];

const [allocator, workload, kind, ...numbers] = process.argv.slice(2);
const [lanes, warmUp, time] = numbers.map(Number);
const isPaired = PAIRED.includes(workload);
const module = new URL(`./members/${workload}.js`, import.meta.url);
const { shared } = await import(module);
const threads = isPaired ? 2 * lanes : lanes;
const data = { allocator: createAllocator(allocator), kind, ...shared?.(threads) };
const { perSecond, processor, fairness, resident } = await runCrew({ module, threads, data, warmUp, time });
answer({ perSecond, processor, resident, ...(isPaired || threads === 1 ? {} : { fairness }) });
