/** Wrong versions of the code, each a single slip of the kind that one makes. All must be found. */
import type { Mutant } from '@sharena/interleave';

const source = (path: string): URL => new URL(`../../src/${path}.ts`, import.meta.url);
const holders = source('records/holders');
const parcels = source('records/parcels');
const cells = source('cache/cells');
const cache = source('cache/block-cache');
const ledger = source('cache/ledger');

export const holderMutants: readonly Mutant[] = [
  {
    name: 'CLOSING does not name who closes',
    file: holders,
    edit: { replace: 'CLOSING, this.#slot);', by: 'CLOSING, 0);' },
  },
  { name: 'who opens does not set its bit first', file: holders, edit: { drop: 'this.hold(record)' } },
  {
    name: 'who opens does not look at the control word again',
    file: holders,
    edit: {
      replace: 'this.hold(record);\n    for (;;) {',
      by: 'this.hold(record);\n    for (;;) {\n      return true;',
    },
  },
  {
    name: 'an image that is being closed counts as open',
    file: holders,
    edit: {
      replace: 'if (stateOf(seen) === LIVE || this.#swap(record, seen, control(generation, LIVE, 0))) return true;',
      by: 'return true;',
    },
  },
  {
    name: 'an image that is being closed is opened without comparing',
    file: holders,
    edit: {
      replace: 'this.#swap(record, seen, control(generation, LIVE, 0))) return',
      by: '(Atomics.store(this.#words, record + R_CONTROL, control(generation, LIVE, 0)), true)) return',
    },
  },
  {
    name: 'who comes too late does not look for holders',
    file: holders,
    edit: {
      replace: 'this.leave(record);\n    return false;',
      by: 'Atomics.and(this.#words, record + this.#word, ~this.#bit);\n    return false;',
    },
  },
  {
    name: 'a handle is good for any generation',
    file: holders,
    edit: {
      replace: 'stateOf(word) >= LIVE && generationOf(word) === generation',
      by: 'stateOf(word) >= LIVE && generation > 0',
    },
  },
  {
    name: 'who closes does not look for holders again',
    file: holders,
    edit: { replace: 'if (!this.isHeld(record)) {', by: 'if (record > 0) {' },
  },
  {
    name: 'who found a holder does not look once more',
    file: holders,
    edit: { replace: 'this.#swap(record, closing, seen);', by: 'this.#swap(record, closing, seen);\n      return;' },
  },
  {
    name: 'an image is closed without comparing',
    file: holders,
    edit: {
      replace: 'if (this.#swap(record, closing, control(generationOf(seen), BUSY, this.#slot))) this.#destroy(record);',
      by: 'Atomics.store(this.#words, record + R_CONTROL, control(generationOf(seen), BUSY, this.#slot)); this.#destroy(record);',
    },
  },
  {
    name: 'the bit stays',
    file: holders,
    edit: { replace: 'Atomics.and(this.#words, record + this.#word, ~this.#bit);', by: '' },
  },
  {
    name: 'who leaves does not look for holders',
    file: holders,
    edit: { replace: '~this.#bit);\n    this.close(record);', by: '~this.#bit);' },
  },
  {
    name: 'references on their way hold nothing',
    file: holders,
    edit: { replace: 'i < this.#parcels', by: 'i < 0' },
  },
  {
    name: 'what a dead thread was closing is not opened again',
    file: holders,
    edit: {
      replace: 'this.#swap(record, seen, control(generationOf(seen), LIVE, 0)); // fails',
      by: '// fails',
    },
  },
  {
    name: 'an image without a holder that a dead thread left is not closed',
    file: holders,
    edit: { drop: 'else this.close(record)' },
  },
  {
    name: 'nobody is told to look for parcels before there is one',
    file: parcels,
    edit: { drop: 'Atomics.store(this.#words, record + R_SENT, 1)' },
  },
  {
    name: 'a parcel is taken without comparing',
    file: parcels,
    edit: { casToStore: 'Atomics.compareExchange(this.#words, at, seen, 0) === seen' },
  },
];

export const cacheMutants: readonly Mutant[] = [
  {
    name: 'a cell is held without comparing',
    file: cells,
    edit: { casToStore: 'Atomics.compareExchange(this.#words, word + C_STATE, from, this.#held) === from' },
  },
  {
    name: 'an empty cell keeps the name',
    file: cells,
    edit: { drop: 'this.#words[this.wordOf(cell) + C_ADDRESS] = 0' },
  },
  {
    name: 'a cell is empty before its name is cleared',
    file: cells,
    edit: {
      replace:
        'this.#words[this.wordOf(cell) + C_ADDRESS] = 0;\n    Atomics.store(this.#words, this.wordOf(cell) + C_STATE, EMPTY);',
      by: 'Atomics.store(this.#words, this.wordOf(cell) + C_STATE, EMPTY);\n    this.#words[this.wordOf(cell) + C_ADDRESS] = 0;',
    },
  },
  {
    name: 'a block that a record names stays in the cell',
    file: cells,
    edit: { replace: 'address !== 0 && !isNamed(address)', by: 'address !== 0' },
  },
  {
    name: 'a block that only the cell names is dropped',
    file: cells,
    edit: { replace: 'address !== 0 && !isNamed(address)', by: 'address === -1' },
  },
  {
    name: 'cells that a dead thread held stay held',
    file: cells,
    edit: { replace: '!== this.#held) return;', by: '!== -1) return;' },
  },
  {
    name: 'the cell is empty before the table names the block',
    file: cache,
    edit: {
      replace: 'this.#words[name] = address;\n    this.#cells.empty(cell);',
      by: 'this.#cells.empty(cell);\n    this.#words[name] = address;',
    },
  },
  {
    name: 'the table forgets the block before the cell names it',
    file: cache,
    edit: {
      replace: 'this.#words[word + C_ADDRESS] = this.#words[name];\n    this.#words[name] = 0;',
      by: 'const at = this.#words[name];\n    this.#words[name] = 0;\n    this.#words[word + C_ADDRESS] = at;',
    },
  },
  {
    name: 'a block is cached while the table names it',
    file: cache,
    edit: {
      replace: 'this.#words[name] = 0;\n    this.#cells.cache(cell);',
      by: 'this.#cells.cache(cell);\n    this.#words[name] = 0;',
    },
  },
  {
    name: 'who caches a block does not look at the limit again',
    file: cache,
    edit: { replace: 'if (cell >= this.#cells.limit()', by: 'if (cell < 0' },
  },
  {
    name: 'a block beyond the limit is given back without holding its cell',
    file: cache,
    edit: { replace: 'cell >= limit && this.#cells.holdThis(cell)', by: 'cell >= limit' },
  },
  {
    name: 'a block of the heap is not counted before',
    file: cache,
    edit: { drop: 'this.#ledger.taking(name)' },
  },
  {
    name: 'a block for the heap is not counted before',
    file: cache,
    edit: {
      replace: 'free(name: number): void {\n    this.#ledger.giving(name);',
      by: 'free(name: number): void {',
    },
  },
  {
    name: 'a block that moves is not counted before',
    file: cache,
    edit: {
      replace: 'return true;\n    this.#ledger.giving(name);',
      by: 'return true;',
    },
  },
  {
    name: 'what was begun counts as done',
    file: ledger,
    edit: { replace: 'doing === TAKING ? isNamed : !isNamed', by: 'isNamed || !isNamed' },
  },
  {
    name: 'a counter goes on instead of being set',
    file: ledger,
    edit: {
      replace: 'words[this.#at + counter] = words[this.#at + L_BEFORE] + (counts ? 1 : 0);',
      by: 'words[this.#at + counter] += counts ? 1 : 0;',
    },
  },
  {
    name: 'the ledger says that something is being done before it says what',
    file: ledger,
    edit: {
      replace: 'this.#words[this.#at + L_NAME] = name;\n    this.#words[this.#at + L_DOING] = doing;',
      by: 'this.#words[this.#at + L_DOING] = doing;\n    this.#words[this.#at + L_NAME] = name;',
    },
  },
];
