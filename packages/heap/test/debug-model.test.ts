/**
 * Debug hooks against a model: after any sequence of calls every block has the contents, the size and the domain that the model
 * says, and a byte that was changed in a pad anywhere is reported by the next call that gets the block, whichever it is.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DOMAIN_NAMES, type DomainName } from '../src/domains.ts';
import { MemoryCorruptionError } from '../src/errors.ts';
import { SharedHeap } from '../src/heap.ts';
import { GEOMETRY_NAMES } from './helpers.ts';

const domain = fc.constantFrom(...DOMAIN_NAMES);
const size = fc.oneof({ weight: 8, arbitrary: fc.nat(600) }, { weight: 1, arbitrary: fc.nat(70_000) });
const pick = fc.nat(1000);

type Step =
  | { do: 'malloc'; domain: DomainName; size: number }
  | { do: 'realloc'; pick: number; size: number }
  | { do: 'free'; pick: number }
  | { do: 'damage'; pick: number; at: number; flip: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('malloc' as const), domain, size }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('realloc' as const), pick, size }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('free' as const), pick }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('damage' as const),
      pick,
      at: fc.nat(15),
      flip: fc.integer({ min: 1, max: 255 }),
    }),
  },
);

interface Block {
  readonly domain: DomainName;
  readonly size: number;
  readonly text: string;
}

class Model {
  readonly #heap: SharedHeap;
  readonly #live = new Map<number, Block>();
  /** Blocks that were freed, as long as no block was handed out since. */
  readonly #freed = new Map<number, DomainName>();
  #made = 0;

  constructor(heap: SharedHeap) {
    this.#heap = heap;
  }

  step(call: Step): void {
    if (call.do === 'malloc') return this.#add(this.#heap[call.domain].malloc(call.size), call.domain, call.size);
    if (this.#live.size === 0) return;
    const [address, block] = [...this.#live][call.pick % this.#live.size];
    if (call.do === 'damage') return this.#damage(address, block, call.at, call.flip);
    if (call.do === 'free') return this.#free(address, block);
    this.#live.delete(address);
    const moved = this.#heap[block.domain].realloc(address, call.size);
    this.#expectText(moved, Math.min(block.size, call.size), block.text);
    expect(
      this.#slice(moved, call.size)
        .subarray(block.size)
        .every((byte) => byte === 0xcd),
    ).toBe(true);
    this.#add(moved, block.domain, call.size);
  }

  /** All blocks are in the list of leaks, as they are in the model; then they are freed, and none is. */
  end(): void {
    const leaks = this.#heap.leaks().map((leak) => [leak.address, leak.domain, leak.size]);
    const live = [...this.#live].map(([address, block]) => [address, block.domain, block.size]);
    expect(leaks.sort()).toEqual(live.sort());
    for (const [address, block] of [...this.#live]) this.#free(address, block);
    for (const [address, from] of this.#freed)
      this.#reported(address, 'already freed', () => this.#heap[from].free(address));
    expect(this.#heap.leaks()).toEqual([]);
  }

  #add(address: number, from: DomainName, bytes: number): void {
    expect(address).toBeGreaterThan(0);
    const block = { domain: from, size: bytes, text: `block ${this.#made++};` };
    if (bytes > 0) this.#slice(address, bytes).fill(block.text);
    this.#live.set(address, block);
    this.#freed.clear();
  }

  #free(address: number, block: Block): void {
    this.#expectText(address, block.size, block.text);
    this.#heap[block.domain].free(address);
    this.#live.delete(address);
    this.#freed.set(address, block.domain);
  }

  /** Changes one byte: the domain's, one of the 7 pads before the block or of the 8 behind it. */
  #damage(address: number, block: Block, at: number, flip: number): void {
    const place = at < 8 ? address - 8 + at : address + block.size + at - 8;
    const { bytes } = this.#heap;
    bytes[place] ^= flip;
    const reason = at === 0 ? /^bad ID/ : at < 8 ? /^bad leading/ : /^bad trailing/;
    this.#reported(address, reason, () => this.#heap[block.domain].free(address));
    this.#reported(address, reason, () => this.#heap[block.domain].realloc(address, 5));
    bytes[place] ^= flip;
    expect(this.#heap.usableSize(address)).toBe(block.size);
  }

  #reported(address: number, reason: string | RegExp, call: () => void): void {
    let error: unknown;
    try {
      call();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(MemoryCorruptionError);
    expect((error as MemoryCorruptionError).reason).toMatch(reason);
    expect((error as MemoryCorruptionError).report).toContain(`p=0x${address.toString(16)}`);
  }

  #expectText(address: number, bytes: number, text: string): void {
    if (bytes > 0) expect(this.#slice(address, bytes).equals(Buffer.alloc(bytes, text))).toBe(true);
  }

  #slice(address: number, bytes: number): Buffer {
    return Buffer.from(this.#heap.bytes.buffer, address, bytes);
  }
}

test.each(GEOMETRY_NAMES.flatMap((geometry) => [false, true].map((serials) => ({ geometry, serials }))))(
  'any sequence of calls and of damaged pads: %o',
  ({ geometry, serials }) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        using heap = SharedHeap.create({ reserve: '64MiB', geometry, malloc: 'debug', debug: { serials } });
        const model = new Model(heap);
        for (const each of steps) model.step(each);
        model.end();
        heap.checkInvariants();
        expect(heap.stats().objects.blocksInUse).toBe(0);
      }),
      { numRuns: 40 },
    );
  },
);
