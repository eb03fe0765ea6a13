/**
 * Interrupts: the first Ctrl-C asks for an end, the second one gets it at once. SIGTERM counts the same.
 */
import type { Host } from './host.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Listens for signals until it is disposed of. */
export class Interrupt implements Disposable {
  readonly #signals: Host['signals'];
  readonly #onFirst: (() => void)[];
  readonly #onSecond: () => void;
  readonly #onSignal = (): void => this.#hear();
  #isRequested = false;

  /**
   * @param signals - where they are heard
   * @param onFirst - called once, when the end is asked for
   * @param onSecond - called when it must come at once
   */
  constructor(signals: Host['signals'], onFirst: () => void, onSecond: () => void) {
    this.#signals = signals;
    this.#onFirst = [onFirst];
    this.#onSecond = onSecond;
    for (const signal of SIGNALS) signals.on(signal, this.#onSignal);
  }

  /** Whether the end was asked for. */
  get isRequested(): boolean {
    return this.#isRequested;
  }

  /** Calls `tell` when the end is asked for; at once, if it was already. */
  onRequest(tell: () => void): void {
    if (this.#isRequested) tell();
    else this.#onFirst.push(tell);
  }

  /** Hears nothing any more. */
  [Symbol.dispose](): void {
    for (const signal of SIGNALS) this.#signals.off(signal, this.#onSignal);
  }

  #hear(): void {
    if (this.#isRequested) return this.#onSecond();
    this.#isRequested = true;
    for (const tell of this.#onFirst) tell();
  }
}
