/** Wrong versions of the outbox, each a single slip. All must be found. */
import type { Mutant } from '@sharena/interleave';

const outbox = new URL('../../src/pools/outbox.ts', import.meta.url);
const recovery = new URL('../../src/threads/recovery.ts', import.meta.url);

export const outboxMutants: readonly Mutant[] = [
  {
    name: 'a gathered block is not linked to those before it',
    file: outbox,
    edit: { drop: 'words[address >>> 2] = this.blockAt(number, headOf(list));' },
  },
  {
    name: 'a list is no longer in the outbox before it is in the pool',
    file: outbox,
    edit: {
      replace: 'words[this.slot + S_FLUSHING] = entry;',
      by: 'words[this.slot + S_FLUSHING] = entry; words[entry + LIST] = 0;',
    },
  },
  { name: 'a hand-over has no name', file: outbox, edit: { drop: 'words[this.slot + S_FLUSHING] = entry;' } },
  {
    name: 'what was gathered of another pool is forgotten',
    file: outbox,
    edit: {
      replace: 'if (words[entry + LIST] !== 0) this.handOver(entry);\n    const again',
      by: 'const again',
    },
  },
  {
    name: 'the stamp in the remote word is not looked at',
    file: outbox,
    edit: { replace: '=== stampOf(this.slotNumber, turn)) return true;', by: '=== -1) return true;' },
  },
  {
    name: 'a stamp that another thread has seen is not looked at',
    file: outbox,
    edit: {
      replace: 'return Atomics.load(words, this.slot + S_SEEN) === seenWord(number, turn);',
      by: 'return false;',
    },
  },
  {
    name: 'stamps are replaced and nobody is told',
    file: outbox,
    edit: { drop: 'this.acknowledge(number, remoteStamp(seen));' },
  },
  {
    name: 'the outbox of a dead thread is emptied before its last hand-over is looked at',
    file: recovery,
    edit: {
      replace: 'outbox.finish();\n    slabs.finishFlush();\n    outbox.flush();',
      by: 'outbox.flush();\n    outbox.finish();\n    slabs.finishFlush();',
    },
  },
];
