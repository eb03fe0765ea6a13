/** What sharp decoded into is let go of once the pixels are in the heap, and not when V8 happens to look. */
import { pipeline, Runtime } from '@sharena/pipeline';
import { expect, test } from 'vitest';
import { operation, PHOTOS, succeed } from './helpers.ts';

test('no thread holds the pixels of ten photographs that it decoded one after the other', async () => {
  await using runtime = await Runtime.start({ threads: 1, reserve: '64MiB' });
  const plan = pipeline().tap('external', operation('external')).encode('jpeg');
  const results = await succeed(runtime.run(plan, Array(10).fill(PHOTOS.flower), { parallel: 'images' }));
  const bytes = results.map(({ taps }) => taps.external as number);
  const photograph = 790 * 1024 * 3;
  // Up to two are there at a time: one that is being decoded, and one that an older V8 has kept once. All ten would be 24 MB.
  expect(Math.max(...bytes) - Math.min(...bytes)).toBeLessThan(4 * photograph);
});
