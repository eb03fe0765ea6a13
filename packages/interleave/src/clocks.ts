/**
 * Vector clocks: whether two accesses of a random run were ordered.
 *
 * An atomic write, read-modify-write or notify of a word publishes what its thread did before; an atomic read of it receives
 * that. A death publishes to whoever is told of it. Threads begin after the setup. Everything is per 32-bit word; bytes inside a
 * word are told apart by masks when they are known to be disjoint.
 */
import type { Listener } from './machine/types.ts';
import { failureOf } from './machine/failure.ts';
import type { Machine } from './machine/machine.ts';
import { CAS, isPlain, LOAD, mayWrite, NOTIFY, STORE, WAIT, WAIT_ASYNC } from './machine/ops.ts';
import type { LogicalThread } from './machine/thread.ts';
import type { Access, RaceRules } from './races.ts';

const READ = 0;
const WRITE = 1;
const ATOMIC_READ = 2;
const ATOMIC_WRITE = 3;

/** The last access of each sort by each thread to one word, and what the word publishes. */
interface Shadow {
  /** [sort * threads + thread] → the thread's own time of it, 0 for none; then the same for site, mask and kind. */
  readonly times: Int32Array<ArrayBuffer>;
  readonly sites: Int32Array<ArrayBuffer>;
  readonly masks: Int32Array<ArrayBuffer>;
  readonly kinds: Int32Array<ArrayBuffer>;
  readonly published: Int32Array<ArrayBuffer>;
}

export class VectorClocks implements Listener {
  private readonly machine: Machine;
  private readonly rules: RaceRules;
  private readonly threads: number;
  private readonly clocks: Int32Array<ArrayBuffer>[];
  private readonly atDeath: Int32Array<ArrayBuffer>[];
  private readonly shadows = new Map<number, Shadow>();
  private readonly pool: Shadow[] = [];

  constructor(machine: Machine, rules: RaceRules) {
    this.machine = machine;
    this.rules = rules;
    this.threads = machine.threads.length;
    this.clocks = machine.threads.map(() => new Int32Array(this.threads));
    this.atDeath = machine.threads.map(() => new Int32Array(this.threads));
  }

  /** Forgets the run before. */
  reset(): void {
    for (const clock of this.clocks) clock.fill(0);
    for (const [t, clock] of this.clocks.entries()) clock[t] = 1;
    for (const shadow of this.shadows.values()) {
      shadow.times.fill(0);
      shadow.published.fill(0);
      this.pool.push(shadow);
    }
    this.shadows.clear();
  }

  performed(thread: LogicalThread, action: number, kind: number, word: number, before: number, after: number): void {
    if (word < 0 || action !== 0) return;
    const clock = this.clocks[thread.id]!;
    const shadow = this.shadowOf(word);
    const writes = kind === CAS ? before !== after : mayWrite(kind);
    if (!isPlain(kind) && kind !== STORE) join(clock, shadow.published);
    if (kind !== NOTIFY) this.compare(thread, kind, word, writes, shadow, clock);
    if (isPlain(kind) || kind === LOAD || kind === WAIT || kind === WAIT_ASYNC) return;
    if (kind === STORE) shadow.published.set(clock);
    else if (writes) join(shadow.published, clock);
    clock[thread.id]!++;
  }

  private compare(thread: LogicalThread, kind: number, word: number, writes: boolean, shadow: Shadow, clock: Int32Array): void {
    const plain = isPlain(kind);
    const mine = plain ? (writes ? WRITE : READ) : writes ? ATOMIC_WRITE : ATOMIC_READ;
    for (let other = 0; other < this.threads; other++) {
      if (other === thread.id) continue;
      const known = clock[other]!;
      this.against(thread, kind, word, shadow, WRITE, other, known);
      if (plain) this.against(thread, kind, word, shadow, ATOMIC_WRITE, other, known);
      if (!writes) continue;
      this.against(thread, kind, word, shadow, READ, other, known);
      if (plain) this.against(thread, kind, word, shadow, ATOMIC_READ, other, known);
    }
    const at = mine * this.threads + thread.id;
    shadow.times[at] = clock[thread.id]!;
    shadow.sites[at] = thread.site;
    shadow.masks[at] = thread.mask;
    shadow.kinds[at] = kind;
  }

  private against(thread: LogicalThread, kind: number, word: number, shadow: Shadow, sort: number, other: number, known: number): void {
    const at = sort * this.threads + other;
    if (shadow.times[at]! <= known || (shadow.masks[at]! & thread.mask) === 0) return;
    const theirs: Access = { thread: this.machine.threads[other]!.body.name, kind: shadow.kinds[at]!, site: shadow.sites[at]! };
    const message = this.rules.judge(word, theirs, { thread: thread.body.name, kind, site: thread.site });
    if (message !== null) this.machine.fail(failureOf('race', message, thread.body.name));
  }

  woken(waker: LogicalThread, woken: LogicalThread): void {
    join(this.clocks[woken.id]!, this.clocks[waker.id]!);
    this.clocks[waker.id]![waker.id]!++;
  }

  died(thread: LogicalThread): void {
    this.atDeath[thread.id]!.set(this.clocks[thread.id]!);
  }

  sawDeath(watcher: LogicalThread, dead: number): void {
    join(this.clocks[watcher.id]!, this.atDeath[dead]!);
  }

  told(): void {
    // Events are no accesses.
  }

  private shadowOf(word: number): Shadow {
    let shadow = this.shadows.get(word);
    if (shadow !== undefined) return shadow;
    shadow = this.pool.pop() ?? {
      times: new Int32Array(4 * this.threads),
      sites: new Int32Array(4 * this.threads),
      masks: new Int32Array(4 * this.threads),
      kinds: new Int32Array(4 * this.threads),
      published: new Int32Array(this.threads),
    };
    this.shadows.set(word, shadow);
    return shadow;
  }
}

function join(into: Int32Array, from: Int32Array): void {
  for (let i = 0; i < into.length; i++) {
    if (from[i]! > into[i]!) into[i] = from[i]!;
  }
}
