/** Slabs and the deaths of their owners, explored on the production sources. The scenarios are in explore/; wrong versions of the
 * code are tried on them by recovery.mutants.ts. */
import { describe, test } from 'vitest';
import { expectAll, expectSome } from './explore/load.ts';

describe('every interleaving and every death', () => {
  test.each<[string, number]>([
    ['slabs#fullSlab', 0],
    ['slabs#emptyingSlab', 0],
    ['slabs#emptiedByOthers', 0],
    ['slabs#dyingClaim', 1],
    ['slabs#dyingRelease', 1],
    ['slabs#adoption', 0],
    ['slabs#dyingAdopter', 1],
  ])('%s', { timeout: 120_000 }, expectAll);
});

describe('too many for all of them: those with two pre-emptions, and others at random', () => {
  test.each<[string, number]>([
    ['slabs#dyingCollection', 1],
    ['slabs#dyingFreer', 1],
    ['slabs#adoptionOfLast', 0],
  ])('%s', { timeout: 60_000 }, expectSome);
});
