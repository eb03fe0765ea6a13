/** Wrong versions of spans and of frees by other threads, each tried on scenarios that must find it. */
import { expect, test } from 'vitest';
import { hunt, LONG_HUNTS, SHORT_HUNTS } from './explore/hunts.ts';
import { mutants } from './explore/mutants.ts';

test.each(LONG_HUNTS)('every wrong version of the code is found: $name', { timeout: 300_000 }, hunt);

test('every wrong version belongs to one hunt', () => {
  for (const { name, file } of mutants) {
    const hunts = [...SHORT_HUNTS, ...LONG_HUNTS].filter(({ folders }) =>
      folders.some((folder) => `${file}`.includes(`/src/${folder}/`)),
    );
    expect(hunts, name).toHaveLength(1);
  }
});
