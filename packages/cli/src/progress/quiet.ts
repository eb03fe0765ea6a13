/** Quiet: failures alone. */
import type { Outcome } from '../tally.ts';
import { failureLine, type Reporter, type Screen } from './reporter.ts';

/** Writes failures to stderr, and nothing else. */
export class QuietReporter implements Reporter {
  readonly #screen: Screen;

  /** @param screen - where to */
  constructor(screen: Screen) {
    this.#screen = screen;
  }

  begin(): void {}

  outcome(outcome: Outcome): void {
    if (!outcome.ok) this.#screen.stderr.write(failureLine(outcome, this.#screen.paint));
  }

  notice(): void {}

  finish(): void {}

  close(): void {}
}
