/** What a scenario file may import from this package. */
export { ghostHeap } from './oracles/ghost-heap.ts';
export type { GhostHeap, GhostHeapOptions } from './oracles/ghost-heap.ts';
export { linearizable } from './oracles/linearizable.ts';
export type { Linearizable, SequentialModel } from './oracles/linearizable.ts';
export { lockWatch } from './oracles/lock-watch.ts';
export type { LockWatch, LockWatchOptions } from './oracles/lock-watch.ts';
export { check, scenario } from './scenario.ts';
