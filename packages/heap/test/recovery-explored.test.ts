/** Deaths of threads, explored: at every step, on the production sources. The scenarios are in explore/; wrong versions of the
 * code are tried on them by recovery.mutants.ts. */
import { describe, test } from 'vitest';
import { expectAll, expectSome } from './explore/load.ts';

describe('every interleaving and every death', () => {
  test.each<[string, number]>([
    ['death#firstArena', 1],
    ['death#firstPool', 1],
    ['death#lastBlock', 1],
    ['death#virginBlock', 1],
    ['death#emptyPool', 1],
    ['death#leaving', 1],
    ['death#leavingEmpty', 1],
    ['death#arenaRelease', 1],
    ['death#vectorGrows', 1],
    ['death#twoDeaths', 2],
    ['adoption#dyingAdopter', 1],
    ['adoption#fullStays', 1],
    ['adoption#foreignFree', 0],
    ['adoption#registration', 0],
  ])('%s', { timeout: 120_000 }, expectAll);
});

describe('too many for all of them: those with two pre-emptions, and others at random', () => {
  test.each<[string, number]>([
    ['death#dyingFreer', 1],
    ['death#collection', 1],
    ['death#collectionInto', 1],
    ['death#reuse', 1],
    ['death#arenaReleasedByCollection', 1],
    ['death#twoDeathsInCollection', 2],
    ['adoption#lastFree', 0],
    ['adoption#dyingAdopterAndFrees', 1],
    ['adoption#twoAdopters', 0],
    ['adoption#adoptionAndTrim', 0],
  ])('%s', { timeout: 60_000 }, expectSome);
});
