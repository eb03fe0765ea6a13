import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explore } from '../src/index.ts';
import {
  enumerate,
  type Program,
  scenarioOf,
  spinningPrograms,
  straightPrograms,
  waitingPrograms,
} from './programs.ts';

/** What the explorer finds: the ends of a complete search, or the failure that stopped it. */
function explored(
  programs: readonly Program[],
  crashes: number,
): { ends: Set<string>; failure: string | undefined; complete: boolean } {
  const ends = new Set<string>();
  const result = explore(
    scenarioOf(programs, crashes > 0, (end) => ends.add(end)),
    { crashes, races: false, shrink: false, time: 60_000 },
  );
  return { ends, failure: result.failure?.kind, complete: result.complete };
}

describe('against a naive enumeration of all interleavings', () => {
  test('straight programs: the same ends, no more, no less', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(straightPrograms, (programs) => {
        const found = explored(programs, 0);
        expect(found.failure).toBeUndefined();
        expect(found.complete).toBe(true);
        expect([...found.ends].sort()).toEqual([...enumerate(programs, 0)].sort());
      }),
      { numRuns: 150, seed: 7 },
    );
  });

  test('with a crash', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(straightPrograms, (programs) => {
        const short = programs.map((program) => program.slice(0, 3));
        expect([...explored(short, 1).ends].sort()).toEqual([...enumerate(short, 1)].sort());
      }),
      { numRuns: 60, seed: 8 },
    );
  });

  test('with waits: a deadlock is found exactly if there is one', { timeout: 60_000 }, () => {
    let deadlocks = 0;
    fc.assert(
      fc.property(waitingPrograms, (programs) => {
        const found = explored(programs, 0);
        const ends = enumerate(programs, 0);
        if (ends.has('deadlock')) {
          deadlocks++;
          expect(['deadlock', 'lost wake-up']).toContain(found.failure);
        } else {
          expect([...found.ends].sort()).toEqual([...ends].sort());
        }
      }),
      { numRuns: 150, seed: 9 },
    );
    expect(deadlocks).toBeGreaterThan(10);
  });

  test('with waits and a crash: the same ends, or a deadlock', { timeout: 60_000 }, () => {
    let deadlocks = 0;
    fc.assert(
      fc.property(waitingPrograms, (programs) => {
        const short = programs.map((program) => program.slice(0, 3));
        const found = explored(short, 1);
        const ends = enumerate(short, 1);
        if (ends.has('deadlock')) {
          deadlocks++;
          expect(['deadlock', 'lost wake-up']).toContain(found.failure);
        } else {
          expect([...found.ends].sort()).toEqual([...ends].sort());
        }
      }),
      { numRuns: 100, seed: 11 },
    );
    expect(deadlocks).toBeGreaterThan(10);
    expect(deadlocks).toBeLessThan(90);
  });

  test('with bounded spins: leaving a spinning thread alone leaves no end out', { timeout: 60_000 }, () => {
    let spins = 0;
    fc.assert(
      fc.property(spinningPrograms, (programs) => {
        if (programs.flat().some(({ op }) => op === 'spin')) spins++;
        const found = explored(programs, 0);
        expect(found.failure).toBeUndefined();
        expect([...found.ends].sort()).toEqual([...enumerate(programs, 0)].sort());
      }),
      { numRuns: 80, seed: 12 },
    );
    expect(spins).toBeGreaterThan(40);
  });

  test('random strategies reach no end that is not there', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(
        straightPrograms,
        fc.constantFrom('random' as const, 'pct' as const, 'urw' as const),
        (programs, strategy) => {
          const ends = new Set<string>();
          explore(
            scenarioOf(programs, false, (end) => ends.add(end)),
            { strategy, runs: 50, races: false },
          );
          const all = enumerate(programs, 0);
          for (const end of ends) expect(all).toContain(end);
        },
      ),
      { numRuns: 40, seed: 10 },
    );
  });
});

test('a bound on pre-emptions leaves schedules out, and says so', () => {
  const programs: Program[] = [
    [
      { op: 'exchange', word: 0 },
      { op: 'plainLoad', word: 0 },
      { op: 'exchange', word: 1 },
    ],
    [
      { op: 'exchange', word: 0 },
      { op: 'plainLoad', word: 0 },
      { op: 'exchange', word: 1 },
    ],
  ];
  const counts = [0, 1, 2, Infinity].map((preemptions) => {
    const ends = new Set<string>();
    const result = explore(
      scenarioOf(programs, false, (end) => ends.add(end)),
      { preemptions, races: false },
    );
    return { ends: ends.size, complete: result.complete };
  });
  expect(counts[0]).toEqual({ ends: 2, complete: false });
  expect(counts[1]!.ends).toBeGreaterThan(2);
  expect(counts[3]).toEqual({ ends: enumerate(programs, 0).size, complete: true });
});
