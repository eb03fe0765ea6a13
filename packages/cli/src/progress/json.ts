/** JSON: for programs. One object in a line for each image, and one at the end. */
import type { Outcome, Summary } from '../tally.ts';
import type { Reporter, Screen } from './reporter.ts';

/** Writes JSON lines to stdout: `type` is `result` or `summary`. */
export class JsonReporter implements Reporter {
  readonly #screen: Screen;

  /** @param screen - where to */
  constructor(screen: Screen) {
    this.#screen = screen;
  }

  begin(): void {}

  outcome(outcome: Outcome): void {
    this.#write({ type: 'result', ...outcome });
  }

  notice(text: string): void {
    this.#screen.stderr.write(`${text}\n`);
  }

  finish({ seconds, imagesPerSecond, ...summary }: Summary): void {
    const rounded = { seconds: round(seconds), imagesPerSecond: round(imagesPerSecond) };
    this.#write({ type: 'summary', ...summary, ...rounded });
  }

  close(): void {}

  #write(line: object): void {
    this.#screen.output.write(`${JSON.stringify(line)}\n`);
  }
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
