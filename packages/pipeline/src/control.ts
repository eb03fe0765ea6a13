/**
 * Control: two words that an image in work shares with the threads that work on it.
 *
 *   word 0  STOP     0, or 1 once the work shall stop         written by the runtime's thread, read by all before each band
 *   word 1  STARTED  0, or the time at which work began, ms   written once, by the first thread that begins; read by the runtime's
 *
 * No thread waits on them, so none is left waiting when another dies.
 */
import { CancelledError } from './errors.ts';

const STOP = 0;
const STARTED = 1;
/** Times are kept in 31 bits, counted from this one; 24 days are enough for an image. */
const EPOCH = Date.now();

/** The words of one image in work. */
export class Control {
  /** What goes through messages. */
  readonly words: Int32Array;
  readonly #epoch: number;

  /** @param epoch - what times are counted from, the same in all threads */
  constructor(words: Int32Array = new Int32Array(new SharedArrayBuffer(8)), epoch: number = EPOCH) {
    this.words = words;
    this.#epoch = epoch;
  }

  /** Asks those who work on the image to stop. */
  stop(): void {
    Atomics.store(this.words, STOP, 1);
  }

  /** @throws {CancelledError} when the work shall stop */
  readonly check = (): void => {
    if (Atomics.load(this.words, STOP) !== 0) throw new CancelledError('the work on this image was stopped');
  };

  /** Work begins. */
  start(): void {
    Atomics.compareExchange(this.words, STARTED, 0, Math.max(1, Date.now() - this.#epoch));
  }

  /** Milliseconds since work began; 0 while it has not. */
  get age(): number {
    const started = Atomics.load(this.words, STARTED);
    return started === 0 ? 0 : Math.max(0, Date.now() - this.#epoch - started);
  }
}

/** What goes to other threads with the words. */
export interface ControlHandle {
  readonly words: Int32Array;
  readonly epoch: number;
}

/** The control as a message carries it. */
export function handleOf({ words }: Control): ControlHandle {
  return { words, epoch: EPOCH };
}

/** The control of a message. */
export function controlOf({ words, epoch }: ControlHandle): Control {
  return new Control(words, epoch);
}
