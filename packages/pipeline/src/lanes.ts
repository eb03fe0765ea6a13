/** Lanes: so many things at a time, the others wait in the order in which they came. In one thread; whoever enters leaves, on every path. */
export class Lanes {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @param count - how many at a time */
  constructor(count: number) {
    this.#free = count;
  }

  /** Does the work when a lane is free. */
  async through<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
