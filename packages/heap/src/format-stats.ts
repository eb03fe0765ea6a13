/**
 * Statistics as text: the table that CPython prints for its allocator, row by row, and a second one for what only a shared heap
 * has. Made from the figures of stats.ts alone; reads nothing of the heap itself.
 */
import { SharenaError } from './errors.ts';
import type { Geometry } from './geometry.ts';
import { SMALL_REQUEST_THRESHOLD } from './geometry.ts';
import { PAGE_BYTES } from './layout.ts';
import type { ClassStats, FreeListContents, HeapStats, ObjectStats, SlabStats } from './stats.ts';

/** Columns of a row before its `=`. */
const LABEL_COLUMNS = 35;
/** Columns of a row's value. */
const VALUE_COLUMNS = 21;
/** Columns of what a free list holds; longer than {@link LABEL_COLUMNS}, so these rows stand out. */
const FREE_LIST_COLUMNS = 48;

/** Settings of `formatStats()`. */
export interface FormatStatsOptions {
  /**
   * Level 2 and the slabs of all threads together, instead of those of the calling thread.
   *
   * @defaultValue `false`
   */
  readonly all?: boolean;
}

/**
 * The text: level 2 in the rows of CPython, an empty line and the free lists, and the rows of the shared heap.
 *
 * @param geometry - the constants of level 2
 * @param heap - the figures
 * @param all - of all threads instead of the calling one
 * @throws {SharenaError} `ERR_SHARENA_CORRUPT` when the parts of the arenas do not add up to their size
 */
export function formatStats(geometry: Geometry, heap: HeapStats, all: boolean): string {
  const { objects, slabs } = all || !heap.self ? heap : heap.self;
  const whose = all || !heap.self ? 'all threads' : `this thread, slot ${heap.self.slot}`;
  return [
    ...objectRows(geometry, objects),
    '',
    ...heap.freeLists.map(freeListRow),
    ...(heap.freeLists.length === 0 ? [] : ['']),
    ...slabRows(slabs, whose),
    '',
    ...heapRows(heap),
    '',
  ].join('\n');
}

function objectRows(geometry: Geometry, objects: ObjectStats): string[] {
  const poolBytes = 1 << geometry.poolBits;
  const classOf = (size: number): number => (size >> geometry.alignmentBits) - 1;
  return [
    `Small block threshold = ${SMALL_REQUEST_THRESHOLD}, in ${geometry.classes} size classes.`,
    '',
    'class   size   num pools   blocks in use  avail blocks',
    '-----   ----   ---------   -------------  ------------',
    ...objects.classes.map((each) => classRow(classOf(each.size), each)),
    '',
    row('# arenas allocated total', objects.arenasTotal),
    row('# arenas reclaimed', objects.arenasTotal - objects.arenas),
    row('# arenas highwater mark', objects.arenasHighwater),
    row('# arenas allocated current', objects.arenas),
    row(`${objects.arenas} arenas * ${geometry.arenaBytes} bytes/arena`, objects.arenaBytes),
    '',
    row('# bytes in allocated blocks', objects.bytesInUse),
    row('# bytes in available blocks', objects.bytesAvailable),
    row(`${objects.unusedPools} unused pools * ${poolBytes} bytes`, objects.unusedPoolBytes),
    row('# bytes lost to pool headers', objects.poolHeaderBytes),
    row('# bytes lost to quantization', objects.quantizationBytes),
    row('# bytes lost to arena alignment', objects.alignmentBytes),
    row('Total', totalOf(objects)),
  ];
}

/** The sum of the six parts of the arenas, which is their size. @throws {SharenaError} `ERR_SHARENA_CORRUPT` if it is not */
export function totalOf(objects: ObjectStats): number {
  const total =
    objects.bytesInUse +
    objects.bytesAvailable +
    objects.unusedPoolBytes +
    objects.poolHeaderBytes +
    objects.quantizationBytes +
    objects.alignmentBytes;
  if (total === objects.arenaBytes) return total;
  const where = `the parts of ${objects.arenas} arenas are ${total} bytes, the arenas ${objects.arenaBytes}`;
  throw new SharenaError('ERR_SHARENA_CORRUPT', `the heap breaks I11: ${where}`);
}

function slabRows(slabs: SlabStats, whose: string): string[] {
  return [
    `Slabs of ${whose}: blocks of RAW up to 32768 bytes.`,
    '',
    ' size   num slabs   blocks in use  avail blocks',
    ' ----   ---------   -------------  ------------',
    ...slabs.classes.map((each) => tableRow([5, 11, 15, 13], [each.size, ...countsOf(each)])),
    '',
    row('# slabs', slabs.count),
    row('# slabs without a block in use', slabs.empty),
    row('# bytes of slabs', slabs.bytes),
    row('# blocks freed by others, pending', slabs.remotePending),
  ];
}

function heapRows(heap: HeapStats): string[] {
  const { objects } = heap;
  return [
    'The heap, all threads.',
    '',
    spanRow('arena', heap.arenas.count, heap.arenas.bytes),
    spanRow('slab', heap.slabs.count, heap.slabs.bytes),
    spanRow('block', heap.blocks.count, heap.blocks.bytes),
    spanRow('vector', heap.vectors.count, heap.vectors.bytes),
    row(`${heap.usedBytes / PAGE_BYTES} used pages * ${PAGE_BYTES} bytes`, heap.usedBytes),
    row('# bytes in spans, highwater mark', heap.peakBytes),
    row('# bytes being claimed or released', heap.claimedBytes),
    row('# bytes in free pages', heap.freeBytes),
    row('# bytes given back to the system', heap.memory.purgedBytes),
    '',
    row('# threads attached', heap.threads),
    row('# blocks freed by other threads', objects.remoteFrees),
    row('# of them taken back', objects.collected),
    row('# of them pending', objects.remotePending + heap.slabs.remotePending),
    row('# failed swaps', heap.failedSwaps),
    row('# threads that died', heap.deaths),
    row('# arenas and slabs adopted', heap.adoptions),
    row('# blocks lost', heap.lostBlocks),
    row('# pages reclaimed', heap.reclaimedPages),
  ];
}

function spanRow(kind: string, count: number, bytes: number): string {
  return row(`# bytes in ${count} ${kind} spans`, bytes);
}

function freeListRow({ blocks, size }: FreeListContents): string {
  return row(`${`${blocks} free blocks * ${size} bytes each`.padStart(FREE_LIST_COLUMNS)} `, blocks * size);
}

function classRow(index: number, each: ClassStats): string {
  return tableRow([5, 6, 11, 15, 13], [index, each.size, ...countsOf(each)]);
}

function countsOf(each: ClassStats): number[] {
  return [each.pools, each.blocksInUse, each.blocksAvailable];
}

function tableRow(columns: readonly number[], values: readonly number[]): string {
  return values.map((value, i) => `${value}`.padStart(columns[i])).join(' ');
}

function row(label: string, value: number): string {
  return `${label.padEnd(LABEL_COLUMNS)}=${value.toLocaleString('en-US').padStart(VALUE_COLUMNS)}`;
}
