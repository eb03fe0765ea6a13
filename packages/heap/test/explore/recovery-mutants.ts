/** Wrong versions of what is done about dead threads, each a single slip. All must be found. */
import type { Mutant } from '@sharena/interleave';

const source = (path: string): URL => new URL(`../../src/${path}`, import.meta.url);
const slots = source('threads/slots.ts');
const recovery = source('threads/recovery.ts');
const arenas = source('object/arenas.ts');
const arenaPools = source('object/arena-pools.ts');
const rebuild = source('object/rebuild.ts');
const pools = source('pools/pool-set.ts');
const repair = source('pools/repair.ts');

const ALL: readonly Mutant[] = [
  {
    name: 'a slot is taken without comparing',
    file: slots,
    edit: { casToStore: 'slotWord(layout, slot) + S_STATE, from, to)' },
  },
  // Reaping
  { name: 'copies of arenas are not forgotten', file: recovery, edit: { drop: 'rebuilder.dropCopies(held);' } },
  { name: 'what a dead holder held stays held', file: recovery, edit: { drop: 'this.#recover(held);' } },
  { name: 'the slot is not rebuilt', file: recovery, edit: { drop: 'rebuilder.rebuild();' } },
  { name: 'the pages of the dead stay theirs', file: recovery, edit: { drop: 'this.#spans.recover(slot);' } },
  { name: 'nobody is told of a free that was cut', file: recovery, edit: { drop: '.pools.tell(pool);' } },
  {
    name: 'a freer that is done says so too early',
    file: pools,
    edit: { swap: ['words[slot + FREEING] = 0', 'if (before === 0)'] },
  },
  {
    name: 'remote sets are not looked at',
    file: recovery,
    edit: { replace: '    source.collectAll(pools);\n    slabs', by: '    slabs' },
  },
  // The owner's order
  {
    name: 'the vector is longer before it is there',
    file: arenas,
    edit: { swap: ['words[slot + S_ARENAS] = vector', 'words[slot + S_ARENAS_LENGTH] = grown'] },
  },
  { name: 'the vector is not copied', file: arenas, edit: { drop: 'words.copyWithin(vector' } },
  {
    name: 'the old vector is released first',
    file: arenas,
    edit: { swap: ['words[slot + S_ARENAS] = vector', 'if (old !== 0) this.spans.release(old'] },
  },
  { name: 'the old vector is kept', file: arenas, edit: { drop: 'if (old !== 0) this.spans.release(old' } },
  {
    name: 'an arena is registered before its fields are there',
    file: arenas,
    edit: { swap: ['words[arena + A_ADDRESS] = address', 'words[arena + A_POOL_ADDRESS] = excess'] },
  },
  {
    name: 'a pool counts as carved before its header is valid',
    file: arenas,
    edit: { swap: ['words[pool + P_CLASS] = NO_CLASS;', 'words[arena + A_POOL_ADDRESS] = address + (1'] },
  },
  {
    name: 'bits are cleared before their blocks are free',
    file: pools,
    edit: {
      replace: 'count += this.takeBack(pool, block, bits);',
      by: 'this.and(set + (block >> 5), ~bits); count += this.takeBack(pool, block, bits);',
    },
  },
  // Repair
  {
    name: 'the bits of blocks that are free stay',
    file: repair,
    edit: { drop: 'Atomics.and(this.#words, this.#setOf(pool)' },
  },
  {
    name: 'all bits are cleared',
    file: repair,
    edit: { drop: 'if (!free.has(' },
  },
  {
    name: 'the count is not corrected',
    file: repair,
    edit: { drop: 'words[pool + P_COUNT] = this.#carved(pool) - free' },
  },
  {
    name: 'a pool without a free block stays so',
    file: repair,
    edit: { drop: 'words[pool + P_FREE] = this.#blockAt(pool, virgin);' },
  },
  {
    name: 'a pool that was being carved keeps its owner',
    file: rebuild,
    edit: { drop: 'if (free > 0) Atomics.store(' },
  },
  {
    name: 'owners are not written anew',
    file: rebuild,
    edit: { drop: 'Atomics.store(words, pool + P_OWNER, this.#number);' },
  },
  { name: 'arenas are not written anew', file: rebuild, edit: { drop: 'words[pool + P_ARENA] = id - 1;' } },
  { name: 'spans are not named anew', file: rebuild, edit: { drop: 'this.#spans.assign(' } },
  // Adoption
  { name: 'the arena stays in the old vector', file: arenas, edit: { drop: 'words[theirs + A_ADDRESS] = 0;' } },
  {
    name: 'the arena leaves the old vector first',
    file: arenas,
    edit: { swap: ['words[theirs + A_ADDRESS] = 0;', 'words[arena + A_ADDRESS] = words[theirs + A_ADDRESS];'] },
  },
  { name: 'the span still names the old slot', file: arenas, edit: { drop: 'this.spans.assign(' } },
  {
    name: 'adopted pools keep their owner',
    file: arenas,
    edit: { drop: 'Atomics.store(words, pool + P_OWNER, this.slotNumber);' },
  },
  {
    name: 'the remote sets of adopted pools wait',
    file: arenaPools,
    edit: { drop: 'this.#collectPools(pools, mine);' },
  },
  { name: 'adopted pools stay in the old rings', file: arenaPools, edit: { drop: 'pools.link(pool);' } },
];

/** Wrong versions, with the scenarios that find them. */
export interface Hunt {
  readonly file: 'death' | 'adoption';
  readonly only: readonly string[];
  readonly preemptions?: number;
  readonly mutants: readonly Mutant[];
}

function named(...names: readonly string[]): Mutant[] {
  return names.map((name) => ALL.find((mutant) => mutant.name === name) ?? fail(name));
}

function fail(name: string): never {
  throw new Error(`there is no mutant '${name}'`);
}

export const hunts: readonly Hunt[] = [
  {
    file: 'death',
    only: ['firstArena', 'vectorGrows', 'firstPool'],
    mutants: named(
      'the slot is not rebuilt',
      'the pages of the dead stay theirs',
      'the vector is longer before it is there',
      'the vector is not copied',
      'the old vector is released first',
      'the old vector is kept',
      'an arena is registered before its fields are there',
      'a pool counts as carved before its header is valid',
      'a pool that was being carved keeps its owner',
    ),
  },
  {
    file: 'death',
    only: ['virginBlock', 'lastBlock'],
    mutants: named('a pool without a free block stays so', 'the count is not corrected'),
  },
  {
    file: 'death',
    only: ['collection', 'collectionInto'],
    preemptions: 1,
    mutants: named(
      'bits are cleared before their blocks are free',
      'the bits of blocks that are free stay',
      'all bits are cleared',
      'remote sets are not looked at',
    ),
  },
  {
    file: 'death',
    only: ['dyingFreer'],
    preemptions: 1,
    mutants: named('nobody is told of a free that was cut', 'a freer that is done says so too early'),
  },
  {
    file: 'adoption',
    only: ['registration', 'dyingAdopter', 'fullStays', 'foreignFree'],
    mutants: named(
      'a slot is taken without comparing',
      'copies of arenas are not forgotten',
      'what a dead holder held stays held',
      'owners are not written anew',
      'arenas are not written anew',
      'spans are not named anew',
      'the arena stays in the old vector',
      'the arena leaves the old vector first',
      'the span still names the old slot',
      'adopted pools keep their owner',
      'the remote sets of adopted pools wait',
      'adopted pools stay in the old rings',
    ),
  },
];
