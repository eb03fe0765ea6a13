/**
 * Leaks: the blocks that are in use, as the program knows them, and a text about them by thread and by site.
 *
 * Without debug hooks a block tells nothing but its place and what it can hold. With them its frame tells the domain and the
 * size that was asked for, and, as configured, the serial number, the thread and the stack of its allocation.
 *
 * What the heap keeps for itself is left out (records of stacks, blocks in free lists), and so is what packages keep
 * under a root.
 */
import type { Address, DomainName } from '../domains.ts';
import { hex } from '../errors.ts';
import type { Geometry } from '../geometry.ts';
import { F_HEAD, F_NEXT, H_ROOTS, type Layout, ROOTS, S_FREE_LISTS } from '../layout.ts';
import { slotWord } from '../threads/slots.ts';
import { type BlockFrame, domainOf, HEAD_BYTES } from './frame.ts';
import { forEachLiveBlock } from './live-blocks.ts';
import { indent } from './report.ts';

/** A block that is in use. */
export interface Leak {
  /** Its address, as malloc() gave it. */
  readonly address: Address;
  /** Bytes that were asked for; without debug hooks those that it can hold. */
  readonly size: number;
  /** The domain that it came from; undefined without debug hooks, and when the frame before it is damaged. */
  readonly domain: DomainName | undefined;
  /** Serial number of the call that made it; undefined without `serials`. */
  readonly serial: number | undefined;
  /** Id of the thread that made it; undefined without `stacks`. */
  readonly thread: number | undefined;
  /** The JavaScript stack at which it was made, one line for each frame; undefined without `stacks`. */
  readonly site: string | undefined;
}

/**
 * Finds the blocks that are in use. Threads: any; exact while all are at rest.
 *
 * @param frame - reads the frames of debug hooks, undefined when there are none
 */
export function findLeaks(
  words: Int32Array,
  layout: Layout,
  geometry: Geometry,
  frame: BlockFrame | undefined,
): Leak[] {
  const kept = keptByHeap(words, layout, frame);
  const sites = new Map<Address, string | undefined>();
  const leaks: Leak[] = [];
  forEachLiveBlock(words, layout, geometry, (address, capacity) => {
    if (kept.has(address)) return;
    const leak = frame ? describe(frame, sites, address, capacity) : anonymous(address, capacity);
    if (!kept.has(leak.address)) leaks.push(leak);
  });
  return leaks;
}

/**
 * A text about leaks: first the threads, those with the most bytes first; in each of them the sites, in the same order. Blocks
 * of which no stack was kept are told apart by domain and size.
 */
export function formatLeaks(leaks: readonly Leak[]): string {
  const lines = [`${sum(leaks)} in use`];
  for (const [thread, ofThread] of groups(leaks, ({ thread }) => threadName(thread))) {
    lines.push(`${thread}: ${sum(ofThread)}`);
    for (const [site, ofSite] of groups(ofThread, siteName)) {
      lines.push(`  ${sum(ofSite)}, ${first(ofSite[0])}`, indent(site));
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Addresses of blocks that no program allocated. */
function keptByHeap(words: Int32Array, layout: Layout, frame: BlockFrame | undefined): Set<Address> {
  const kept = frame?.sites?.records() ?? new Set<Address>();
  for (let number = 1; number < layout.slotCount; number++) {
    keepLists(words, words[slotWord(layout, number) + S_FREE_LISTS] >>> 0, kept);
  }
  for (let root = 0; root < ROOTS; root++) kept.add(Atomics.load(words, H_ROOTS + 2 * root + 1) >>> 0);
  return kept;
}

/** The records of a slot's free lists, and the blocks in them: free, for the program. Another thread may be changing them. */
function keepLists(words: Int32Array, first: Address, kept: Set<Address>): void {
  for (let record = first; record !== 0 && !kept.has(record); record = words[(record >>> 2) + F_NEXT] >>> 0) {
    kept.add(record);
    let block = words[(record >>> 2) + F_HEAD] >>> 0;
    for (; block !== 0 && !kept.has(block); block = words[block >>> 2] >>> 0) kept.add(block);
  }
}

/** A block of level 2 that RAW serves under hooks has two frames, one in the other: the inner one is the program's. */
function describe(
  frame: BlockFrame,
  sites: Map<Address, string | undefined>,
  address: Address,
  capacity: number,
): Leak {
  let p = address + HEAD_BYTES;
  if (!frame.isFramed(p, capacity - frame.overhead)) return anonymous(address, capacity);
  let size = frame.sizeOf(p);
  while (size >= frame.overhead && frame.sizeOf(p + HEAD_BYTES) === size - frame.overhead) {
    if (!frame.isFramed(p + HEAD_BYTES, size - frame.overhead)) break;
    p += HEAD_BYTES;
    size -= frame.overhead;
  }
  const { serial, site, thread } = frame.originOf(p, size);
  if (!sites.has(site)) sites.set(site, frame.sites?.textOf(site));
  const text = sites.get(site);
  return {
    address: p,
    size,
    domain: domainOf(frame.domainByteOf(p)),
    serial: serial || undefined,
    thread: text === undefined ? undefined : thread,
    site: text,
  };
}

function anonymous(address: Address, size: number): Leak {
  return { address, size, domain: undefined, serial: undefined, thread: undefined, site: undefined };
}

function groups(leaks: readonly Leak[], key: (leak: Leak) => string): [string, Leak[]][] {
  const found = new Map<string, Leak[]>();
  for (const leak of leaks) {
    const group = found.get(key(leak));
    if (group) group.push(leak);
    else found.set(key(leak), [leak]);
  }
  return [...found].sort(([, a], [, b]) => bytesOf(b) - bytesOf(a));
}

function threadName(thread: number | undefined): string {
  return thread === undefined ? 'thread unknown' : `thread ${thread}`;
}

function siteName({ site, domain, size }: Leak): string {
  return site ?? `${domain ?? 'any'} domain, ${size} bytes each`;
}

function first({ address, serial }: Leak): string {
  return `the first at ${hex(address)}${serial === undefined ? '' : ` by call #${serial}`}`;
}

function sum(leaks: readonly Leak[]): string {
  return `${leaks.length} ${leaks.length === 1 ? 'block' : 'blocks'}, ${bytesOf(leaks)} bytes`;
}

function bytesOf(leaks: readonly Leak[]): number {
  return leaks.reduce((bytes, { size }) => bytes + size, 0);
}
