/** Wrong versions of what is done about dead threads and slabs, each tried on scenarios that must find it. */
import { checkMutants } from '@sharena/interleave';
import { describe, expect, test } from 'vitest';
import { hunts } from './explore/recovery-mutants.ts';
import { slabMutants } from './explore/slab-mutants.ts';

/** Who gives an arena back writes the headers of all its pools. */
const MAX_STEPS = 10_000;

const at = (name: string): URL => new URL(`./explore/${name}.scenario.ts`, import.meta.url);

describe('every wrong version of the code is found', () => {
  test.each(hunts)('by $file $only', { timeout: 120_000 }, async ({ file, only, preemptions, mutants }) => {
    const options = { crashes: 1, time: 8000, maxSteps: MAX_STEPS, ...(preemptions && { preemptions }) };
    const report = await checkMutants({ mutants, trials: [{ scenarios: at(file), only, options }] });
    expect(report.unexplained, report.text).toEqual([]);
    expect(report.refuted, report.text).toEqual([]);
  });

  test('in slabs', { timeout: 120_000 }, async () => {
    const limits = { maxSteps: MAX_STEPS, time: 8000 };
    const report = await checkMutants({
      mutants: slabMutants,
      trials: [
        { scenarios: at('slabs'), only: ['emptiedByOthers', 'adoption'], options: limits },
        { scenarios: at('slabs'), only: ['dyingClaim', 'dyingRelease'], options: { ...limits, crashes: 1 } },
        { scenarios: at('slabs'), only: ['dyingFreer'], options: { ...limits, crashes: 1, preemptions: 1 } },
        { scenarios: at('slabs'), only: ['dyingCollection'], options: { ...limits, preemptions: 2 } },
      ],
    });
    expect(report.unexplained, report.text).toEqual([]);
    expect(report.refuted, report.text).toEqual([]);
  });
});
