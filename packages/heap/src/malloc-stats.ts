/**
 * `SHARENA_MALLOCSTATS`: when it is set to anything, the statistics of a thread are printed to stderr before every arena that
 * it asks for, and when it is done with the heap: at detach(), or else when the thread ends. A thread that is terminated
 * prints nothing more. The variable is read once for each heap, when the thread creates or attaches it.
 *
 * Printing is one synchronous write to file descriptor 2: a stream would lose what is written while a thread ends.
 */
import { writeSync } from 'node:fs';

/** Who can be printed. */
export interface Printable {
  /** The text; undefined when there is nothing to say. */
  mallocStats(): string | undefined;
}

/** Those that are printed when this thread ends. Weakly: a heap that is gone has said all that it had. */
const atExit = new Set<WeakRef<Printable>>();

/** Prints one heap of this thread. */
export class StatsPrinter {
  readonly #heap: WeakRef<Printable>;

  private constructor(heap: Printable) {
    this.#heap = new WeakRef(heap);
    if (atExit.size === 0) process.once('exit', printAll);
    atExit.add(this.#heap);
  }

  /** A printer for a heap, or undefined when the variable is not set. */
  static of(heap: Printable): StatsPrinter | undefined {
    return process.env.SHARENA_MALLOCSTATS ? new StatsPrinter(heap) : undefined;
  }

  /** Prints the heap as it is now. */
  print(): void {
    print(this.#heap);
  }

  /** Prints the heap for the last time. */
  finish(): void {
    this.print();
    atExit.delete(this.#heap);
    if (atExit.size === 0) process.off('exit', printAll);
  }
}

function printAll(): void {
  for (const heap of atExit) print(heap);
}

function print(heap: WeakRef<Printable>): void {
  const text = heap.deref()?.mallocStats();
  if (text === undefined) return;
  try {
    writeSync(2, text);
  } catch {
    // stderr is closed, or full and not waited for. Nobody reads it, and the request that prints must not fail for that.
  }
}
