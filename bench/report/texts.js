/** What each suite shows, in a sentence, for all reports. */
export const SUITE_TEXTS = {
  atomics:
    'What one operation on shared memory costs, alone and when threads want the same line of cache. None of our code takes part.',
  sync: 'Locks, alone and wanted by all threads at once: operations a second, how long one waits, and whether all get their share.',
  alloc: 'The heap beside allocators of C, a pool behind a lock, and buffers of the garbage collector.',
  images: 'Images taken from the cache, handed over to another thread, and taken by many at once.',
  memory: 'What stays resident as sizes change, after bursts, and when threads die.',
  pipelines: 'Photographs from file to file, and pixels through several threads.',
  kernels:
    'Operations on raw pixels, one thread, a photograph of 2725x2225. `fast` may differ from `exact` by a bound; `exact` has the bytes of Pillow.',
};

/** How all of it was measured. */
export const METHOD =
  'Cases of a group take turns, round by round; a figure is the median of the rounds, with the lowest and the highest. Most samples are processes of their own. Ratios on one machine say more than times.';
