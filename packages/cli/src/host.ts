/**
 * The host: what the program needs of the process around it. Tests give it another one.
 */
import type { EventEmitter } from 'node:events';

/** A stream that text is written to; a terminal says so. */
export type TextStream = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** The process, as far as the program looks at it. */
export interface Host {
  /** The arguments of the user: without node and the script. */
  readonly args: readonly string[];
  /** The folder that relative paths are relative to. */
  readonly cwd: string;
  /** The environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Results. */
  readonly stdout: TextStream;
  /** Progress and failures. */
  readonly stderr: TextStream;
  /** Where `SIGINT` and `SIGTERM` are heard. */
  readonly signals: Pick<EventEmitter, 'on' | 'off'>;
  /** Ends the process at once, as one that was interrupted. */
  die(): void;
}

/** The real process. */
export function processHost(): Host {
  return {
    args: process.argv.slice(2),
    cwd: process.cwd(),
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    signals: process,
    die: dieInterrupted,
  };
}

/**
 * Dies of SIGINT, which shells show as exit code 130. `process.exit` would wait for the threads of the pool, and such a
 * thread waits for its encoder: with a large AVIF image in work that takes a minute.
 */
function dieInterrupted(): void {
  if (process.platform === 'win32') process.exit(130);
  process.removeAllListeners('SIGINT');
  process.kill(process.pid, 'SIGINT');
}
