// Explorations use one core each and run two at a time, in processes that load TypeScript once. The other tests start threads of their own: one file at a time.
import { longestFirst, shared } from '../../vitest.shared.ts';

const EXPLORED = 'test/**/*explored.test.ts';

export default shared(import.meta.url, {
  sequence: { sequencer: longestFirst('recovery-explored', 'threads-explored') },
  projects: [
    shared(import.meta.url, { name: 'explored', include: [EXPLORED], isolate: false, sequence: { groupOrder: 0 } }),
    shared(import.meta.url, { exclude: [EXPLORED], maxWorkers: 1, sequence: { groupOrder: 1 } }),
  ],
});
