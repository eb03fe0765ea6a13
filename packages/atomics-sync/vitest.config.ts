import { longestFirst, shared } from '../../vitest.shared.ts';

// Two at once: the explorations are long, run in one thread each, and disturb nobody.
export default shared(import.meta.url, {
  maxWorkers: 2,
  sequence: { sequencer: longestFirst('explorations', 'races') },
});
