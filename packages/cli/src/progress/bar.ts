/** The bar: one line on a terminal that is drawn again and again, with failures above it. */
import { MultiBar, type SingleBar } from 'cli-progress';
import type { Outcome, Snapshot, Summary, Tally } from '../tally.ts';
import { formatBytes, formatRate, formatRemaining } from '../text.ts';
import { failureLine, type Reporter, type Screen, summaryText } from './reporter.ts';

const FORMAT = '{value}/{total} {percentage}% {rate} ETA {left} heap {heap}';

/** Shows a bar on stderr, and the summary on stdout. */
export class BarReporter implements Reporter {
  readonly #screen: Screen;
  #bars: MultiBar | undefined;

  /** @param screen - its stderr is a terminal */
  constructor(screen: Screen) {
    this.#screen = screen;
  }

  begin(tally: Tally): void {
    const { stderr, paint } = this.#screen;
    // A MultiBar, though there is one bar: it knows how to write lines above.
    this.#bars = new MultiBar({
      stream: stderr,
      format: `${paint('cyan', '{bar}')} ${FORMAT}`,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 20,
      fps: 5,
      hideCursor: true,
      clearOnComplete: true,
      forceRedraw: true, // the line has moved when something was written above it
      gracefulExit: false, // signals are heard elsewhere
    });
    const bar = this.#bars.create(tally.snapshot().total, 0, payloadOf(tally.snapshot()));
    this.#bars.on('redraw-pre', () => show(bar, tally.snapshot()));
  }

  outcome(outcome: Outcome): void {
    if (!outcome.ok) this.#above(failureLine(outcome, this.#screen.paint));
  }

  notice(text: string): void {
    this.#above(`${this.#screen.paint('yellow', text)}\n`);
  }

  finish(summary: Summary): void {
    this.close();
    this.#screen.output.write(summaryText(summary, this.#screen.paintOutput));
  }

  close(): void {
    this.#bars?.stop();
    this.#bars = undefined;
  }

  #above(line: string): void {
    if (!this.#bars) {
      this.#screen.stderr.write(line);
      return;
    }
    // Lines are cut at the edge while there is a bar, but this one may be wrapped.
    this.#bars.log(`\x1b[?7h${line}\x1b[?7l`);
    this.#bars.update();
  }
}

function show(bar: SingleBar, snapshot: Snapshot): void {
  bar.update(snapshot.done, payloadOf(snapshot));
}

function payloadOf({ bytesPerSecond, secondsLeft, heapBytes }: Snapshot): object {
  return { rate: formatRate(bytesPerSecond), left: formatRemaining(secondsLeft), heap: formatBytes(heapBytes) };
}
