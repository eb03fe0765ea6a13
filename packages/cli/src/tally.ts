/** The tally: what has become of the images so far. */
import { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK } from './exit-codes.ts';

/** What became of one image. */
export type Outcome = Success | Failure;

/** An image that was written. */
export interface Success {
  readonly ok: true;
  /** What messages call the input. */
  readonly input: string;
  /** Size of the input's file. */
  readonly bytesIn: number;
  /** The file that was written; of several the first. */
  readonly output: string;
  /** All files that were written, when there are several. */
  readonly outputs?: readonly string[];
  /** Their size. */
  readonly bytesOut: number;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}

/** An image that failed. */
export interface Failure {
  readonly ok: false;
  /** What messages call the input. */
  readonly input: string;
  /** Size of the input's file. */
  readonly bytesIn: number;
  /** Why. */
  readonly reason: string;
  /** A stable name of the failure. */
  readonly code: string;
}

/** How far the run is. */
export interface Snapshot {
  /** Images that have ended. */
  readonly done: number;
  /** Images in all. */
  readonly total: number;
  /** Of those that have ended, the ones that failed. */
  readonly failed: number;
  /** Bytes of input that were read per second. */
  readonly bytesPerSecond: number;
  /** Seconds that are left, by the bytes that are; undefined before there is anything to go by. */
  readonly secondsLeft: number | undefined;
  /** Bytes of the heap that are in use. */
  readonly heapBytes: number;
}

/** How the run ended. */
export interface Summary {
  /** Images that were written. */
  readonly ok: number;
  /** Images that failed. */
  readonly failed: number;
  /** Images that were not begun, because the run was interrupted. */
  readonly notBegun: number;
  /** Whether it was interrupted. */
  readonly interrupted: boolean;
  /** Wall time. */
  readonly seconds: number;
  /** Images that were written per second. */
  readonly imagesPerSecond: number;
  /** Bytes of the inputs that ended. */
  readonly bytesIn: number;
  /** Bytes that were written. */
  readonly bytesOut: number;
  /** The most bytes of the heap that were in use at one time. */
  readonly peakHeapBytes: number;
  /** Threads that worked. */
  readonly threads: number;
  /** Images that the heap still holds: 0, or there is a bug. */
  readonly liveImages: number;
}

/** What the tally is told at the end. */
export type Ending = Pick<Summary, 'interrupted' | 'peakHeapBytes' | 'threads' | 'liveImages'>;

/** Counts outcomes. */
export class Tally {
  #total: number;
  #totalBytes: number;
  readonly #heapBytes: () => number;
  readonly #now: () => number;
  readonly #began: number;
  #begunBytes = 0;
  #isEnding = false;
  #ok = 0;
  #failed = 0;
  #bytesIn = 0;
  #bytesOut = 0;

  /**
   * @param total - images in all
   * @param totalBytes - bytes of all inputs
   * @param heapBytes - asks the heap for the bytes in use
   * @param began - when the run began, by the clock
   * @param now - a clock in milliseconds
   */
  constructor(
    total: number,
    totalBytes: number,
    heapBytes: () => number,
    began: number,
    now: () => number = () => performance.now(),
  ) {
    this.#total = total;
    this.#totalBytes = totalBytes;
    this.#heapBytes = heapBytes;
    this.#began = began;
    this.#now = now;
  }

  /** More images are to be done. */
  expect(images: number, bytes: number): void {
    this.#total += images;
    this.#totalBytes += bytes;
  }

  /** An image is begun. */
  begin(bytes: number): void {
    this.#begunBytes += bytes;
  }

  /** No more images will be begun: what is left is what is in flight. */
  endEarly(): void {
    this.#isEnding = true;
  }

  /** Counts one image. */
  add(outcome: Outcome): void {
    this.#bytesIn += outcome.bytesIn;
    if (outcome.ok) {
      this.#ok++;
      this.#bytesOut += outcome.bytesOut;
    } else {
      this.#failed++;
    }
  }

  /** How far it is now. */
  snapshot(): Snapshot {
    const seconds = this.#seconds();
    const bytesPerSecond = this.#bytesIn / seconds;
    const bytesLeft = (this.#isEnding ? this.#begunBytes : this.#totalBytes) - this.#bytesIn;
    return {
      done: this.#ok + this.#failed,
      total: this.#total,
      failed: this.#failed,
      bytesPerSecond,
      secondsLeft: bytesPerSecond > 0 ? bytesLeft / bytesPerSecond : undefined,
      heapBytes: this.#heapBytes(),
    };
  }

  /** How it ended. */
  summary(ending: Ending): Summary {
    const done = this.#ok + this.#failed;
    const seconds = this.#seconds();
    return {
      ok: this.#ok,
      failed: this.#failed,
      notBegun: this.#total - done,
      interrupted: ending.interrupted,
      seconds,
      imagesPerSecond: this.#ok / seconds,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      peakHeapBytes: ending.peakHeapBytes,
      threads: ending.threads,
      liveImages: ending.liveImages,
    };
  }

  /** Never 0: it divides. */
  #seconds(): number {
    return Math.max(this.#now() - this.#began, 1) / 1000;
  }
}

/** The exit code of a run that ended so. */
export function exitCodeOf({ interrupted, failed, liveImages }: Summary): number {
  if (interrupted) return EXIT_INTERRUPTED;
  return failed > 0 || liveImages > 0 ? EXIT_FAILED : EXIT_OK;
}
