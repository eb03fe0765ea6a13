/**
 * Standard output whose reader may go away.
 *
 * `sharena run … | head -1` closes the pipe after a line. The files are the work, so it goes on without its report.
 */
import type { TextStream } from './host.ts';

/** Writes text to a stream, and remembers why it could not. */
export class Output {
  readonly #stream: TextStream;
  #failure: Error | undefined;
  readonly #onError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') this.#failure ??= error;
  };

  /** @param stream - what is written to */
  constructor(stream: TextStream) {
    this.#stream = stream;
    // It stays to the end of the process: an error may come after the last line was written.
    stream.on('error', this.#onError);
  }

  /** Why text was lost, when it was not that nobody wants it. A full disk behind `> results.json`, for example. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Writes text. */
  write(text: string): void {
    this.#stream.write(text);
  }
}
