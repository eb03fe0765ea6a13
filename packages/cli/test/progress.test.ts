import { describe, expect, it, onTestFinished } from 'vitest';
import { paintFor } from '../src/colours.ts';
import { Output } from '../src/output.ts';
import { chooseReporter } from '../src/progress/choose.ts';
import { LinesReporter } from '../src/progress/lines.ts';
import type { Reporter, Screen } from '../src/progress/reporter.ts';
import { exitCodeOf, type Outcome, Tally } from '../src/tally.ts';
import { count, formatBytes, formatDuration, formatRemaining } from '../src/text.ts';
import { Sink } from './helpers.ts';

const GOOD: Outcome = {
  ok: true,
  input: 'a.jpg',
  bytesIn: 2 ** 20,
  output: 'o/a.webp',
  bytesOut: 99,
  width: 8,
  height: 6,
};
const BAD: Outcome = { ok: false, input: 'b.jpg', bytesIn: 2 ** 20, reason: 'it is empty', code: 'ERR_SHARENA_DECODE' };
const ENDING = { interrupted: false, peakHeapBytes: 3 * 2 ** 20, threads: 2, liveImages: 0 };

function screen(isTTY: boolean) {
  const [stdout, stderr] = [new Sink(), new Sink(isTTY)];
  const paint = paintFor(stderr, { NO_COLOR: '1' });
  const made: Screen = { output: new Output(stdout), stderr, paint, paintOutput: paint };
  return { made, out: () => stdout.take(), err: () => stderr.take() };
}

/** A run of 4 images of 1 MiB that takes 2 seconds for the first two. */
function run(reporter: Reporter): Tally {
  onTestFinished(() => reporter.close());
  let now = 0;
  const tally = new Tally(
    4,
    4 * 2 ** 20,
    () => 2 ** 20,
    0,
    () => now,
  );
  reporter.begin(tally);
  now = 2000;
  for (const outcome of [GOOD, BAD]) {
    tally.begin(outcome.bytesIn);
    tally.add(outcome);
    reporter.outcome(outcome);
  }
  return tally;
}

describe('reporters', () => {
  it('bar: one line that is drawn again, failures above it, the terminal as it was at the end', () => {
    const { made, out, err } = screen(true);
    const reporter = chooseReporter(made, { json: false, quiet: false });
    const tally = run(reporter);
    const drawn = err();
    expect(drawn).toContain('failed: b.jpg: it is empty\n');
    expect(drawn.slice(drawn.indexOf('it is empty'))).toContain('2/4 50% 1.0 MiB/s ETA 2 s heap 1.0 MiB');
    reporter.notice('wait');
    reporter.finish(tally.summary(ENDING));
    const last = err();
    expect(last).toContain('wait\n');
    expect(last).toContain('\x1b[?25h'); // the cursor is back
    expect(last).toContain('\x1b[?7h'); // and lines are wrapped
    expect(out()).toBe(
      '1 image done, 1 failed, 2 not begun: 2.00 s, 0.5 images/s, 2 threads\nread 2.0 MiB, wrote 99 B, peak heap 3.0 MiB\n',
    );
  });

  it('lines: one every few seconds and one for each failure, without control characters', async () => {
    const { made, out, err } = screen(false);
    const reporter = new LinesReporter(made, 10);
    const tally = run(reporter);
    await new Promise((resolve) => setTimeout(resolve, 100));
    reporter.finish(tally.summary(ENDING));
    const lines = err().trimEnd().split('\n');
    expect(lines[0]).toBe('failed: b.jpg: it is empty');
    expect(lines[1]).toBe('2/4 images (50%), 1 failed, 1.0 MiB/s, 2 s left, heap 1.0 MiB');
    expect(out()).not.toContain('\x1b');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(err()).toBe('');
  });

  it('json: objects on stdout alone', () => {
    const { made, out, err } = screen(true);
    const reporter = chooseReporter(made, { json: true, quiet: false });
    reporter.finish(run(reporter).summary(ENDING));
    const lines = out()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([
      { type: 'result', ...GOOD },
      { type: 'result', ...BAD },
      {
        type: 'summary',
        ok: 1,
        failed: 1,
        notBegun: 2,
        interrupted: false,
        seconds: 2,
        imagesPerSecond: 0.5,
        bytesIn: 2 * 2 ** 20,
        bytesOut: 99,
        peakHeapBytes: 3 * 2 ** 20,
        threads: 2,
        liveImages: 0,
      },
    ]);
    expect(err()).toBe('');
  });

  it('quiet: failures alone', () => {
    const { made, out, err } = screen(true);
    const reporter = chooseReporter(made, { json: false, quiet: true });
    const tally = run(reporter);
    reporter.notice('wait');
    reporter.finish(tally.summary(ENDING));
    expect(err()).toBe('failed: b.jpg: it is empty\n');
    expect(out()).toBe('');
  });
});

describe('Tally', () => {
  it('goes by the images in flight when the run ends early', () => {
    const tally = run(chooseReporter(screen(false).made, { json: true, quiet: false }));
    expect(tally.snapshot().secondsLeft).toBe(2);
    tally.begin(2 ** 20);
    tally.endEarly();
    expect(tally.snapshot().secondsLeft).toBe(1);
  });

  it('has an exit code for every end', () => {
    const ended = { ...new Tally(0, 0, () => 0, 0).summary(ENDING) };
    expect(exitCodeOf(ended)).toBe(0);
    expect(exitCodeOf({ ...ended, failed: 1 })).toBe(1);
    expect(exitCodeOf({ ...ended, liveImages: 1 })).toBe(1);
    expect(exitCodeOf({ ...ended, failed: 1, interrupted: true })).toBe(130);
  });
});

describe('colours', () => {
  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { TERM: 'dumb' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
  ])('terminal %s with %o: %s', (isTTY, env, coloured) => {
    expect(paintFor(new Sink(isTTY), env)('red', 'x') !== 'x').toBe(coloured);
  });
});

describe('text', () => {
  it('formats bytes', () => {
    expect([0, 1023, 1024, 1.5 * 2 ** 20, 2 ** 20 - 1, 2 ** 32].map(formatBytes)).toEqual([
      '0 B',
      '1023 B',
      '1.0 KiB',
      '1.5 MiB',
      '1.0 MiB',
      '4.0 GiB',
    ]);
  });

  it('formats times', () => {
    expect([0.004, 9.99, 9.996, 59.9, 59.99, 125, 3599.6, 7320].map(formatDuration)).toEqual([
      '0.00 s',
      '9.99 s',
      '10.0 s',
      '59.9 s',
      '1 min 00 s',
      '2 min 05 s',
      '1 h 00 min',
      '2 h 02 min',
    ]);
    expect([undefined, 0, 1.2, 59.7].map(formatRemaining)).toEqual(['-', '0 s', '2 s', '1 min 00 s']);
  });

  it('counts', () => {
    expect([0, 1, 2].map((number) => count(number, 'image'))).toEqual(['0 images', '1 image', '2 images']);
  });
});
