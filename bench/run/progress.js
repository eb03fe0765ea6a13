/** What is being measured, in one line that is written over; on something that is no terminal a line for each group. */
export class Progress {
  #stream;
  #begun = performance.now();
  #group = '';

  /** @param {NodeJS.WriteStream} stream */
  constructor(stream) {
    this.#stream = stream;
  }

  /** @param {number} part of the group, from 0 to 1 @param {string} group @param {string} name of the case */
  show(part, group, name) {
    const seconds = ((performance.now() - this.#begun) / 1000).toFixed(0);
    if (this.#stream.isTTY) {
      const line = `${seconds} s  ${(100 * part).toFixed(0).padStart(3)} %  ${group}: ${name}`;
      this.#stream.write(`\r\x1b[K${line.slice(0, (this.#stream.columns ?? 80) - 1)}`);
      return;
    }
    if (group === this.#group) return;
    this.#group = group;
    this.#stream.write(`[${seconds} s] ${group}\n`);
  }

  clear() {
    if (this.#stream.isTTY) this.#stream.write('\r\x1b[K');
  }
}
