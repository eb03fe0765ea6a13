/** Wrong versions of slabs and of what is done about them after a death, each a single slip. All must be found. */
import type { Mutant } from '@sharena/interleave';

const slabs = new URL('../../src/raw/slabs.ts', import.meta.url);
const rebuild = new URL('../../src/raw/rebuild-slabs.ts', import.meta.url);
const recovery = new URL('../../src/threads/recovery.ts', import.meta.url);

export const slabMutants: readonly Mutant[] = [
  {
    name: 'the owner of a slab is not told',
    file: slabs,
    edit: { drop: 'this.bits.or(slotWord(this.layout, owner) + S_PENDING_SLABS' },
  },
  {
    name: 'what was told is forgotten behind the look',
    file: slabs,
    edit: {
      swap: ['this.bits.and(pending, ~(1 << bit))', 'this.smallSource.collectInto(this.small, bit)'],
    },
  },
  {
    name: 'an adopted slab keeps its old owner',
    file: slabs,
    edit: { drop: 'this.#spans.assign(this.#pageOf(pool) * PAGE_BYTES' },
  },
  {
    name: 'the remote set of an adopted slab is not looked at',
    file: slabs,
    edit: {
      replace: 'pools.link(pool);\n      pools.collect(pool);',
      by: 'pools.link(pool);',
    },
  },
  { name: 'the slabs of a dead thread are not repaired', file: rebuild, edit: { drop: 'repair.repair(pool)' } },
  {
    name: 'the rings of a dead thread stay as they were',
    file: rebuild,
    edit: { replace: 'clearRings(words, rings, classes);', by: '{}' },
  },
  {
    name: 'nobody tells the owner in the place of a dead freer',
    file: recovery,
    edit: { drop: 'slab.pools.tell(slab.pool)' },
  },
];
