/**
 * sharp, loaded by the first call that needs it: it takes a third of the time in which this package is loaded, and a program that shows its
 * help or refuses its arguments has nothing to decode. Each thread that needs it loads it for itself.
 */
import { createRequire } from 'node:module';
import type sharp from 'sharp';

let loaded: typeof sharp | undefined;

/** sharp, in the setting of a runtime. */
export function useSharp(): typeof sharp {
  loaded ??= load();
  return loaded;
}

function load(): typeof sharp {
  const made: typeof sharp = createRequire(import.meta.url)('sharp');
  // Pixels go through once, so sharp's cache of operations would only hold memory. One thread for each call: the workers
  // are the parallelism, and two pools that multiply are the usual way to lose to contention. Both count for the whole process.
  made.cache(false);
  made.concurrency(1);
  return made;
}
