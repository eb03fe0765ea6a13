/**
 * Admission: how many bytes of pixels may be in work at one time.
 *
 * An image is let in when the heap has room for all that it will need beside all that those in work may still need; or when it is alone, since
 * waiting would not help it then. In the order in which they ask: a large image is not overtaken for ever by small ones.
 *
 * Needs are forecasts, and free pages may lie in pieces, so a heap can be exhausted all the same. Who was not alone then asks to be alone.
 */
import type { SharedHeap } from '@sharena/heap';

/** A place among the images in work. */
export interface Place {
  /** Whether another image was in work at the same time. */
  readonly wasShared: boolean;
  /** Gives the place up. */
  leave(): void;
}

interface Waiting {
  readonly bytes: number;
  readonly alone: boolean;
  readonly enter: () => void;
}

class Ticket {
  readonly bytes: number;
  readonly alone: boolean;
  wasShared = false;

  constructor(bytes: number, alone: boolean) {
    this.bytes = bytes;
    this.alone = alone;
  }
}

/** Lets images in. One for a runtime, in its own thread. */
export class Admission {
  readonly #heap: SharedHeap;
  readonly #inWork: Set<Ticket> = new Set();
  readonly #waiting: Waiting[] = [];
  #reserved = 0;

  constructor(heap: SharedHeap) {
    this.#heap = heap;
  }

  /** Waits for a place. @param bytes - the most that it will need @param alone - whether nobody else may be in work */
  enter(bytes: number, alone = false): Promise<Place> {
    const ticket = new Ticket(bytes, alone);
    return new Promise((resolve) => {
      this.#waiting.push({ bytes, alone, enter: () => resolve(this.#place(ticket)) });
      this.#letIn();
    });
  }

  #place(ticket: Ticket): Place {
    if (this.#inWork.size > 0) for (const other of [...this.#inWork, ticket]) other.wasShared = true;
    this.#inWork.add(ticket);
    this.#reserved += ticket.bytes;
    return {
      get wasShared() {
        return ticket.wasShared;
      },
      leave: () => {
        if (!this.#inWork.delete(ticket)) return;
        this.#reserved -= ticket.bytes;
        this.#letIn();
      },
    };
  }

  #letIn(): void {
    while (this.#waiting.length > 0 && this.#hasRoom(this.#waiting[0])) this.#waiting.shift()?.enter();
  }

  #hasRoom({ bytes, alone }: Waiting): boolean {
    if (this.#inWork.size === 0) return true;
    if (alone || [...this.#inWork].some((ticket) => ticket.alone) || !this.#heap.isAttached) return false;
    if (bytes === 0) return true; // it takes nothing from the others, whatever they hold
    // What those in work have taken already is counted twice: better too few than one too many.
    return bytes <= this.#heap.freeBytes - this.#reserved;
  }
}
