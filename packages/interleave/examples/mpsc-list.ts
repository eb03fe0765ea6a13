/**
 * A list that many push to and one takes whole: push by compare-and-exchange, take by exchange.
 *
 * Word `head` is the first node or 0; word `node` of a node is the next one. Nobody takes a single node off, so a head that
 * returns to a former value does no harm: there is no ABA problem, and no tag.
 */
export class MpscList {
  private readonly words: Int32Array;
  private readonly head: number;

  constructor(words: Int32Array, head: number) {
    this.words = words;
    this.head = head;
  }

  push(node: number): void {
    for (;;) {
      const first = Atomics.load(this.words, this.head);
      this.words[node] = first;
      if (Atomics.compareExchange(this.words, this.head, first, node) === first) return;
    }
  }

  takeAll(): number[] {
    const taken: number[] = [];
    for (let node = Atomics.exchange(this.words, this.head, 0); node !== 0; node = this.words[node]!) taken.push(node);
    return taken;
  }
}
