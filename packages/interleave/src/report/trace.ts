/** Writes down what a run does, step by step, to be read by a person. */
import type { Site } from '../loaded.ts';
import { type Listener, TIMEOUT } from '../machine/types.ts';
import { AND, CAS, isPlain, LOAD, NOTIFY, OP_NAMES, OR, PLAIN_READ, PLAIN_WRITE, STORE, WAIT, WAIT_ASYNC, XOR } from '../machine/ops.ts';
import type { LogicalThread } from '../machine/thread.ts';

/** One line of a failing schedule. */
export interface Step {
  readonly thread: string;
  /** The operation and the name of its word: `compareExchange lock 0 → 1`. */
  readonly operation: string;
  /** What came of it: `0 → 1`, `= 0`, `sleeps`. */
  readonly effect: string;
  /** `file:line`, or nothing. */
  readonly where: string;
}

export class Trace implements Listener {
  readonly steps: Step[] = [];
  private readonly sites: readonly Site[];
  private readonly nameOf: (word: number) => string;

  constructor(sites: readonly Site[], nameOf: (word: number) => string) {
    this.sites = sites;
    this.nameOf = nameOf;
  }

  performed(thread: LogicalThread, action: number, kind: number, word: number, before: number, after: number, result: unknown): void {
    const field = word < 0 ? '' : ` ${this.nameOf(word)}`;
    const name = `${isPlain(kind) ? 'plain ' : ''}${OP_NAMES[kind]}`;
    const effect = action === TIMEOUT ? 'timed out' : effectOf(thread, kind, before, after, result);
    this.add(thread, `${name}${field}${argumentsOf(thread, kind)}`, effect, thread.site);
  }

  woken(waker: LogicalThread, woken: LogicalThread): void {
    this.add(woken, 'wakes', `notified by ${waker.body.name}`, -1);
  }

  died(thread: LogicalThread): void {
    this.add(thread, 'dies', '', -1);
  }

  told(thread: LogicalThread, oracle: string, event: unknown): void {
    this.add(thread, 'tells', `${oracle}: ${JSON.stringify(event)}`, -1);
  }

  sawDeath(watcher: LogicalThread): void {
    this.add(watcher, 'learns of a death', '', -1);
  }

  private add(thread: LogicalThread, operation: string, effect: string, site: number): void {
    const place = this.sites[site];
    const where = place === undefined ? '' : `${place.file.slice(place.file.lastIndexOf('/') + 1)}:${place.line}`;
    this.steps.push({ thread: thread.body.name, operation, effect, where });
  }
}

function argumentsOf(thread: LogicalThread, kind: number): string {
  const { a, b } = thread.context;
  if (kind === CAS) return ` ${number(a, true)} → ${number(b, true)}`;
  if (kind === WAIT || kind === WAIT_ASYNC) return ` while ${number(a, false)}${b === Infinity ? '' : ` for ${String(b)} ms`}`;
  if (kind === NOTIFY) return a === Infinity ? ' (all)' : ` (${String(a)})`;
  if (kind === LOAD || kind === PLAIN_READ || kind === STORE || kind === PLAIN_WRITE) return '';
  return ` ${number(a, kind === AND || kind === OR || kind === XOR)}`;
}

function effectOf(thread: LogicalThread, kind: number, before: number, after: number, result: unknown): string {
  if (kind === WAIT || kind === WAIT_ASYNC) return result === 'asleep' ? 'sleeps' : String(result);
  if (kind === NOTIFY) return result === 0 ? 'wakes nobody' : `wakes ${String(result)}`;
  if (kind === LOAD || kind === PLAIN_READ) return `= ${number(before, true)}`;
  if (kind === CAS && before === after && result !== thread.context.a) return `fails, it is ${number(before, true)}`;
  return `${number(before, true)} → ${number(after, true)}`;
}

/** Large numbers are packed fields more often than counts: they read better in hexadecimal. */
function number(value: unknown, packed: boolean): string {
  if (typeof value !== 'number' || !packed || Math.abs(value) < 0x10000) return String(value);
  return `0x${(value >>> 0).toString(16)}`;
}

