/** Reporters: who tells the user what happens, and how. */
import { type Paint, paintFor } from '../colours.ts';
import type { Host } from '../host.ts';
import type { Output } from '../output.ts';
import type { Failure, Outcome, Summary, Tally } from '../tally.ts';
import { count, formatBytes, formatDuration } from '../text.ts';

/** Tells what happens. */
export interface Reporter {
  /** The work begins. */
  begin(tally: Tally): void;
  /** An image has ended. It is in the tally. */
  outcome(outcome: Outcome): void;
  /** Something that the user should know now. */
  notice(text: string): void;
  /** The work has ended. */
  finish(summary: Summary): void;
  /** No more progress is shown, and the terminal is as it was. May be called again. */
  close(): void;
}

/** What a reporter writes to. */
export interface Screen {
  /** Results. */
  readonly output: Output;
  /** Progress and failures. */
  readonly stderr: Host['stderr'];
  /** Colours of `output`. */
  readonly paintOutput: Paint;
  /** Colours of `stderr`. */
  readonly paint: Paint;
}

/** The screen of a host. */
export function screenOf({ stdout, stderr, env }: Host, output: Output): Screen {
  return { output, stderr, paintOutput: paintFor(stdout, env), paint: paintFor(stderr, env) };
}

/** One line for a failure. */
export function failureLine({ input, reason }: Failure, paint: Paint): string {
  return `${paint('red', 'failed:')} ${input}: ${reason}\n`;
}

/** The summary for people. */
export function summaryText(summary: Summary, paint: Paint): string {
  const { ok, failed, notBegun, interrupted, seconds, imagesPerSecond, threads } = summary;
  const ends = [
    ...(interrupted ? [paint('yellow', 'interrupted')] : []),
    paint('green', `${count(ok, 'image')} done`),
    ...(failed > 0 ? [paint('red', `${failed} failed`)] : []),
    ...(notBegun > 0 ? [paint('yellow', `${notBegun} not begun`)] : []),
  ];
  const speed = `${formatDuration(seconds)}, ${imagesPerSecond.toFixed(1)} images/s, ${count(threads, 'thread')}`;
  const { bytesIn, bytesOut, peakHeapBytes } = summary;
  const bytes = `read ${formatBytes(bytesIn)}, wrote ${formatBytes(bytesOut)}, peak heap ${formatBytes(peakHeapBytes)}`;
  return `${ends.join(', ')}: ${speed}\n${bytes}\n`;
}
