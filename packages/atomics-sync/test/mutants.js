/** The mutants: what is changed, and which scenarios can see it. Those that take long to find are left to the soak. */
import { checkMutants } from '@sharena/interleave';
import { crashesOf, load, scenariosOf, sourceOf } from './explorations.js';

/** `seenBy` names the one scenario that sees a mutant, where trying the others first would take long. */
const of = (file, edits) =>
  Object.entries(edits).map(([name, { seenBy, ...edit }]) => ({
    name: `${file}: ${name}`,
    file: sourceOf(file),
    edit,
    seenBy,
  }));

/** @type {Record<string, { scenarios: string, only: string[], options?: object, mutants: ReturnType<typeof of> }>} */
export const mutants = {
  'the robust word': {
    scenarios: 'mutex',
    only: ['three', 'dying'],
    options: { strategy: 'random', time: 8000 },
    mutants: of('robust-word.ts', {
      'unlock wakes nobody': { dropNotify: 'Atomics.notify(words, at, wakes)' },
      'who slept does not answer for the others': { drop: 'this.taken |= SLEEPERS;' },
      'unlock overwrites the sleepers': { casToStore: 'let word = Atomics.compareExchange(words, at, owner, 0)' },
      'sleeps without saying so': { replace: 'this.expected = word | SLEEPERS;', by: 'this.expected = word;' },
      'takes without comparing': { casToStore: 'word | this.taken) === word) return true' },
      'recovery wakes nobody': { seenBy: 'dying', dropNotify: 'Atomics.notify(words, at);' },
      'recovery does not tell': {
        seenBy: 'dying',
        replace: 'compareExchange(words, at, word, DIED)',
        by: 'compareExchange(words, at, word, 0)',
      },
    }),
  },
  'the static locks': {
    scenarios: 'static-locks',
    only: ['three', 'dying'],
    mutants: of('compatible/mutex.ts', {
      'unlock wakes nobody': { dropNotify: 'Atomics.notify(mutex, SLEEPERS, 1)' },
      'wakes before it clears': {
        replace: 'Atomics.store(mutex, SLEEPERS, 0);\n  Atomics.notify(mutex, SLEEPERS, 1);',
        by: 'Atomics.notify(mutex, SLEEPERS, 1);\n  Atomics.store(mutex, SLEEPERS, 0);',
      },
      'tries before it announces': {
        replace:
          'Atomics.store(this.words, SLEEPERS, 1);\n    return Atomics.compareExchange(this.words, OWNER, 0, this.threadId) === 0;',
        by: 'if (Atomics.compareExchange(this.words, OWNER, 0, this.threadId) === 0) return true;\n    Atomics.store(this.words, SLEEPERS, 1);\n    return false;',
      },
      'takes without comparing': {
        casToStore: 'return Atomics.compareExchange(this.words, OWNER, 0, this.threadId) === 0;',
      },
      'recovery wakes nobody': { dropNotify: 'Atomics.notify(mutex, SLEEPERS);' },
    }),
  },
  'the spin lock': {
    scenarios: 'static-locks',
    only: ['spinning'],
    options: { strategy: 'random', runs: 3000 },
    mutants: of('compatible/spin-lock.ts', {
      'takes without comparing': { casToStore: 'Atomics.compareExchange(lock, OWNER, 0, threadId) === 0) return' },
      'recovery frees nothing': {
        replace: 'return Atomics.compareExchange(lock, OWNER, deadThreadId, 0) === deadThreadId;',
        by: 'return Atomics.load(lock, OWNER) === deadThreadId;',
      },
    }),
  },
  'the static semaphore': {
    scenarios: 'static-semaphore',
    only: ['twoPosts', 'dying'],
    mutants: of('compatible/semaphore.ts', {
      'wakes nobody': { dropNotify: 'if (Atomics.notify(semaphore, WORD, 1) === 0)' },
      'clears the bit without comparing': {
        casToStore: 'Atomics.compareExchange(semaphore, WORD, word, word & VALUE)',
      },
      'takes without comparing': {
        casToStore: 'const seen = Atomics.compareExchange(semaphore, WORD, word, word - 1);',
      },
      'recovery wakes nobody': {
        seenBy: 'dying',
        replace: 'return Atomics.notify(semaphore, WORD) > 0;',
        by: 'return false;',
      },
    }),
  },
  'the static semaphore, with a bit cleared late': {
    scenarios: 'static-semaphore',
    only: ['clearedLate'],
    options: { strategy: 'pct', runs: 400_000, depth: 5, time: 60_000 },
    mutants: of('compatible/semaphore.ts', {
      'does not pass the wake-up on': { dropNotify: 'if ((next & VALUE) !== 0) Atomics.notify(this.words, WORD, 1);' },
    }),
  },
  'the conditions': {
    scenarios: 'conditions',
    only: ['handOver', 'dying'],
    options: { strategy: 'random' },
    mutants: of('compatible/condition.ts', {
      'a signal changes nothing': {
        replace: 'Atomics.add(condition, SIGNALS, 1);\n    Atomics.notify(condition, SIGNALS, 1);',
        by: 'Atomics.notify(condition, SIGNALS, 1);',
      },
      'reads the number after the unlock': {
        swap: ['const waiting = new SignalWaiting(condition, SIGNALS);', 'CompatibleMutex.unlock(mutex, threadId);'],
      },
      'recovery wakes nobody': {
        seenBy: 'dying',
        replace: 'return Atomics.notify(condition, SIGNALS) > 0;',
        by: 'return false;',
      },
    }),
  },
  'the static barrier': {
    scenarios: 'rounds',
    only: ['staticTwo', 'staticDying'],
    mutants: of('compatible/barrier.ts', {
      'wakes nobody': { dropNotify: 'if (isLast) Atomics.notify(barrier, GENERATION);' },
      'empties before it counts the generation': {
        seenBy: 'staticDying',
        swap: ['Atomics.add(barrier, GENERATION, 1n);', 'Atomics.store(barrier, WAITED, 0n);'],
      },
      'recovery finishes nothing': {
        seenBy: 'staticDying',
        replace: 'CompatibleMutex.lock(mutex, deadThreadId);\n    repair(barrier);',
        by: 'CompatibleMutex.lock(mutex, deadThreadId);',
      },
    }),
  },
  'the placed barrier': {
    scenarios: 'rounds',
    only: ['placedTwo', 'placedTimed', 'placedDying'],
    mutants: of('barrier.ts', {
      'wakes nobody': { dropNotify: 'if (this.isLast) Atomics.notify(words, STATE);' },
      'arrives without comparing': { casToStore: 'isLast ? (word + ONE_GENERATION) & GENERATION : word + 1' },
      'gives up and stays counted': { seenBy: 'placedTimed', replace: 'word, word - 1)', by: 'word, word)' },
      'breaks and wakes nobody': { seenBy: 'placedDying', dropNotify: 'Atomics.notify(this.words, STATE);' },
    }),
  },
  once: {
    scenarios: 'rounds',
    only: ['onceThree', 'onceThrows', 'onceDying'],
    mutants: of('once-word.ts', {
      'wakes nobody': { replace: 'isRun ? DONE : IDLE);\n  Atomics.notify(words, at);', by: 'isRun ? DONE : IDLE);' },
      'a throw counts as run': { replace: 'isRun ? DONE : IDLE', by: 'DONE' },
      'runs without comparing': { casToStore: 'Atomics.compareExchange(this.words, this.at, IDLE, -this.owner)' },
      'recovery wakes nobody': {
        seenBy: 'onceDying',
        replace: 'Atomics.notify(words, at);\n  return wasRunning;',
        by: 'return wasRunning;',
      },
      'recovery undoes nothing': {
        replace: 'Atomics.compareExchange(words, at, -dead, IDLE) === -dead',
        by: 'Atomics.load(words, at) === -dead',
      },
    }),
  },
  'the event': {
    scenarios: 'signals',
    only: ['eventThree', 'eventOnePulse', 'eventDyingSet'],
    mutants: of('event.ts', {
      'wakes nobody': { dropNotify: 'if ((word & SLEEPERS) !== 0) Atomics.notify(this.words, WORD);' },
      'sets without comparing': { casToStore: 'const seen = Atomics.compareExchange(this.words, WORD, word' },
      'forgets a pulse': { replace: ' || (word & NUMBER) !== this.number', by: '' },
      'recovery wakes nobody': {
        seenBy: 'eventDyingSet',
        replace: 'return Atomics.notify(this.words, WORD) > 0;',
        by: 'return false;',
      },
    }),
  },
  'the latch and the wait group': {
    scenarios: 'signals',
    only: ['latchThree', 'groupThree', 'latchDying'],
    mutants: of('countdown.ts', {
      'wakes nobody': { dropNotify: 'if (left === 0) Atomics.notify(words, at);' },
      'forgets a zero': { replace: '(word + ONE_TIME) & TIMES', by: 'word & TIMES' },
      'lowers without comparing': {
        casToStore: 'const seen = Atomics.compareExchange(words, at, word, (word & BROKEN)',
      },
      'breaks and wakes nobody': {
        replace: 'Atomics.notify(words, at);\n  return (word & COUNT) !== 0;',
        by: 'return (word & COUNT) !== 0;',
      },
    }),
  },
  'the read-write lock': {
    scenarios: 'rw-lock',
    only: ['readerAndWriter', 'dyingReader'],
    mutants: of('rw-words.ts', {
      'recovery wakes nobody': {
        seenBy: 'dyingReader',
        replace: 'tellLeft(words);\n  return found;',
        by: 'return found;',
      },
      'a reader does not look again': {
        replace: 'if (ownerIn(words, WRITER) === 0) return true;\n  leave(words, slot);\n  return false;',
        by: 'return true;',
      },
      'a reader leaves silently': { drop: 'if (ownerIn(words, WRITER) !== 0) tellLeft(words);' },
      'a writer does not wait for readers': {
        replace: 'if (this.isLocked) return this.isDrained();',
        by: 'if (this.isLocked) return true;',
      },
      'leaves without a new number': { drop: 'Atomics.add(words, LEFT, 1);' },
      'a writer looks at the number too late': {
        replace: 'this.expected = Atomics.load(this.words, LEFT);\n    return noReader(this.words);',
        by: 'const isAlone = noReader(this.words);\n    this.expected = Atomics.load(this.words, LEFT);\n    return isAlone;',
      },
      'recovery frees nothing': {
        replace: 'Atomics.compareExchange(words, slot, dead, 0) === dead',
        by: 'Atomics.load(words, slot) === dead',
      },
    }),
  },
  'the semaphore': {
    scenarios: 'semaphore',
    only: ['twoUsers', 'dying'],
    options: { strategy: 'random', time: 8000 },
    mutants: of('semaphore-table.ts', {
      'grants and wakes nobody': {
        replace: 'words[WAITERS]! - 1;\n      Atomics.notify(words, entry + TICKET);',
        by: 'words[WAITERS]! - 1;',
      },
      'gives back without granting': {
        replace: 'words[FREE] = words[FREE]! + permits;\n    this.grant();\n  }\n\n  /** Permits of',
        by: 'words[FREE] = words[FREE]! + permits;\n  }\n\n  /** Permits of',
      },
      'recovery computes nothing': {
        seenBy: 'dying',
        replace: 'this.repair();\n    return found;',
        by: 'return found;',
      },
      'takes before those who wait, without counting': {
        replace: 'words[FREE] = words[FREE]! - permits;\n    return true;',
        by: 'return true;',
      },
    }),
  },
  'the channel': {
    scenarios: 'channel',
    only: ['order', 'twoReceivers', 'dyingSender', 'dyingReceiver'],
    options: { strategy: 'random', time: 8000 },
    mutants: of('channel.ts', {
      'a send wakes nobody': { drop: 'if (words[RECEIVERS] !== 0) wakeOne(words, RECEIVERS, SENT);' },
      'a receive wakes nobody': { drop: 'if (words[SENDERS] !== 0) wakeOne(words, SENDERS, RECEIVED);' },
      'wakes without a new number': { drop: 'Atomics.add(words, sequence, 1);' },
      'sends before the value is there': {
        seenBy: 'dyingSender',
        swap: ['words[RING + (tail < capacity', 'words[TAIL] = tail + 1'],
      },
      'recovery wakes nobody': {
        seenBy: 'dyingReceiver',
        replace:
          'const held = recoverWord(this.words, SECTION, deadOwner);\n    this.enter();\n    wakeAll(this.words);',
        by: 'const held = recoverWord(this.words, SECTION, deadOwner);\n    this.enter();',
      },
    }),
  },
};

/** Explores each mutant of a group: those that one scenario sees together. Answers the survivors. */
export async function judge(group) {
  const survivors = [];
  for (const seenBy of new Set(group.mutants.map((mutant) => mutant.seenBy))) {
    const mutants = group.mutants.filter((mutant) => mutant.seenBy === seenBy);
    const trials = (seenBy === undefined ? group.only : [seenBy]).map((only) => ({
      scenarios: scenariosOf(group.scenarios),
      only: [only],
      options: { crashes: crashesOf(only), time: 15_000, shrink: false, ...group.options },
    }));
    const report = await checkMutants({ mutants, trials, load });
    survivors.push(...report.verdicts.filter(({ killed }) => !killed).map(({ name }) => name));
  }
  return survivors;
}
