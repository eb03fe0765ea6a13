/**
 * Plain accesses that race: two threads, one word, at least one write, at least one access that is not atomic, and no order.
 *
 * Two ways to see one. In an exhaustive search a race is a state in which both accesses are next (if an unordered pair exists,
 * some interleaving brings the two side by side). In a random run, vector clocks tell whether the two were ordered.
 */
import type { Site } from './loaded.ts';
import type { Machine } from './machine/machine.ts';
import { isPlain, mayWrite, OP_NAMES, touchesMemory } from './machine/ops.ts';
import { type LogicalThread, READY } from './machine/thread.ts';
import type { BenignWords } from './scenario.ts';

/** A race that the code or the scenario declares harmless. */
export interface BenignRace {
  readonly reason: string;
  /** Where the declared access is, or the words that were declared. */
  readonly where: string;
}

/** One of the two accesses of a race. */
export interface Access {
  readonly thread: string;
  readonly kind: number;
  readonly site: number;
}

export class RaceRules {
  readonly benign: Map<string, BenignRace> = new Map();
  private readonly sites: readonly Site[];
  private readonly words: readonly BenignWords[];
  private readonly nameOf: (word: number) => string;
  private readonly judged = new Map<string, string | null>();

  constructor(sites: readonly Site[], words: readonly BenignWords[], nameOf: (word: number) => string) {
    this.sites = sites;
    this.words = words;
    this.nameOf = nameOf;
  }

  /** A message if the pair is a race that nobody declared harmless. */
  judge(word: number, a: Access, b: Access): string | null {
    const key = `${word} ${a.thread} ${a.kind} ${a.site} ${b.thread} ${b.kind} ${b.site}`;
    const known = this.judged.get(key);
    if (known !== undefined) return known;
    const verdict = this.isBenign(word, a, b) ? null : this.describe(word, a, b);
    this.judged.set(key, verdict);
    return verdict;
  }

  private isBenign(word: number, a: Access, b: Access): boolean {
    for (const { site, kind } of [a, b]) {
      const place = this.sites[site];
      if (place?.benign === undefined || !isPlain(kind)) continue;
      const where = `${place.file}:${place.line}`;
      this.benign.set(where, { reason: place.benign, where });
      return true;
    }
    const range = this.words.find(({ from, to }) => word >= from && word < to);
    if (range === undefined) return false;
    const where = `words ${range.from} to ${range.to}`;
    this.benign.set(where, { reason: range.reason, where });
    return true;
  }

  private describe(word: number, a: Access, b: Access): string {
    return `${this.nameOf(word)}: ${this.one(a)} and ${this.one(b)} have no order`;
  }

  private one({ thread, kind, site }: Access): string {
    const place = this.sites[site];
    const at = place === undefined ? '' : ` at ${place.file.slice(place.file.lastIndexOf('/') + 1)}:${place.line}`;
    return `the ${isPlain(kind) ? 'plain ' : ''}${OP_NAMES[kind]} of ${thread}${at}`;
  }
}

/** Looks at the operations that are next in a state. */
export function raceInState(machine: Machine, rules: RaceRules): string | null {
  const { threads } = machine;
  for (let i = 0; i < threads.length; i++) {
    const a = threads[i]!;
    if (a.status !== READY || a.word < 0 || !touchesMemory(a.kind)) continue;
    for (let j = i + 1; j < threads.length; j++) {
      const b = threads[j]!;
      if (b.word !== a.word || b.status !== READY || !conflict(a, b)) continue;
      const message = rules.judge(a.word, accessOf(a), accessOf(b));
      if (message !== null) return message;
    }
  }
  return null;
}

function conflict(a: LogicalThread, b: LogicalThread): boolean {
  if (!touchesMemory(b.kind) || (a.mask & b.mask) === 0) return false;
  return (isPlain(a.kind) || isPlain(b.kind)) && (mayWrite(a.kind) || mayWrite(b.kind));
}

function accessOf(thread: LogicalThread): Access {
  return { thread: thread.body.name, kind: thread.kind, site: thread.site };
}
