/** What a scenario file may import from this package. */

export type { Block, Blocks, GhostHeap, GhostHeapOptions } from './oracles/ghost-heap.ts';
export { ghostHeap } from './oracles/ghost-heap.ts';
export type { Call, History, Linearizable, SequentialModel } from './oracles/linearizable.ts';
export { linearizable } from './oracles/linearizable.ts';
export type { LockState, LockWatch, LockWatchOptions } from './oracles/lock-watch.ts';
export { lockWatch } from './oracles/lock-watch.ts';
export { check, scenario } from './scenario.ts';
