/** Lines: progress for logs and pipes, a plain line every few seconds and one for each failure. */
import type { Outcome, Snapshot, Summary, Tally } from '../tally.ts';
import { count, formatBytes, formatRate, formatRemaining } from '../text.ts';
import { failureLine, type Reporter, type Screen, summaryText } from './reporter.ts';

const EVERY_MS = 3000;

/** Writes lines to stderr, and the summary to stdout. */
export class LinesReporter implements Reporter {
  readonly #screen: Screen;
  readonly #everyMs: number;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param screen - where to
   * @param everyMs - milliseconds between two lines
   */
  constructor(screen: Screen, everyMs: number = EVERY_MS) {
    this.#screen = screen;
    this.#everyMs = everyMs;
  }

  begin(tally: Tally): void {
    this.#timer = setInterval(() => this.#write(`${progressLine(tally.snapshot())}\n`), this.#everyMs);
  }

  outcome(outcome: Outcome): void {
    if (!outcome.ok) this.#write(failureLine(outcome, this.#screen.paint));
  }

  notice(text: string): void {
    this.#write(`${text}\n`);
  }

  finish(summary: Summary): void {
    this.close();
    this.#screen.output.write(summaryText(summary, this.#screen.paintOutput));
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #write(line: string): void {
    this.#screen.stderr.write(line);
  }
}

function progressLine({ done, total, failed, bytesPerSecond, secondsLeft, heapBytes }: Snapshot): string {
  const percent = Math.floor((100 * done) / total);
  return [
    `${done}/${count(total, 'image')} (${percent}%)`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    formatRate(bytesPerSecond),
    `${formatRemaining(secondsLeft)} left`,
    `heap ${formatBytes(heapBytes)}`,
  ].join(', ');
}
