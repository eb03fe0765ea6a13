/**
 * The report of a damaged block: what its frame says and what is wrong with it, in the form that CPython prints.
 *
 * Only loads, and none outside the heap: a size is believed only as far as the block can hold it.
 */
import { type Address, DOMAIN_NAMES } from '../domains.ts';
import { hex } from '../errors.ts';
import { FORBIDDEN_BYTE } from './fill.ts';
import { type BlockFrame, domainByte, LEAD_PADS, TAIL_PADS } from './frame.ts';

/** Data bytes that are shown at each end of a block. */
const SHOWN = 8;

/** Dumps the block at `p`, which has room for at most `room` bytes. */
export function dumpBlock(bytes: Uint8Array, frame: BlockFrame, p: Address, room: number): string {
  const size = frame.sizeOf(p);
  const lines = [
    `Debug memory block at address p=${hex(p)}: API '${characterOf(frame.domainByteOf(p))}'`,
    `    ${size} bytes originally requested`,
    ...leadLines(bytes, frame, p),
  ];
  if (size > room) {
    lines.push(`    The block has room for ${room} bytes: what lies behind them was not looked at.`);
    return lines.join('\n');
  }
  const origin = frame.originOf(p, size);
  lines.push(...tailLines(bytes, frame, p, size));
  if (origin.serial !== 0) lines.push(`    The block was made by call #${origin.serial} to debug malloc/realloc.`);
  if (size > 0) lines.push(`    Data at p: ${preview(bytes, p, size)}`);
  const site = frame.sites?.textOf(origin.site);
  if (site !== undefined) lines.push('', `Block allocated in thread ${origin.thread}:`, indent(site));
  if (!frame.sites)
    lines.push('', 'Create the heap with debug: { stacks: true } to see where the block was allocated.');
  return lines.join('\n');
}

/** Says that the block at `p` is dead: of what it was, nothing is left to tell. */
export function dumpDead(p: Address): string {
  return [
    `Debug memory block at address p=${hex(p)}: already freed`,
    '    Its frame is filled with DEADBYTE (0xdd), and its memory was not handed out again since.',
  ].join('\n');
}

/** The byte of a domain as reports show it. */
export function characterOf(byte: number): string {
  return DOMAIN_NAMES.some((name) => domainByte(name) === byte) ? String.fromCharCode(byte) : `\\x${hexByte(byte)}`;
}

function leadLines(bytes: Uint8Array, frame: BlockFrame, p: Address): string[] {
  if (frame.leadIsIntact(p))
    return [`    The ${LEAD_PADS} pad bytes at p-${LEAD_PADS} are FORBIDDENBYTE, as expected.`];
  const pads = Array.from({ length: LEAD_PADS }, (_, i) => padLine(`p-${LEAD_PADS - i}`, bytes[p - LEAD_PADS + i]));
  return [
    `    The ${LEAD_PADS} pad bytes at p-${LEAD_PADS} are not all FORBIDDENBYTE (0xfd):`,
    ...pads,
    '    Something wrote before the block: the number of bytes above may be bogus,',
    '       and with it the place at which pad bytes are looked for behind the block.',
  ];
}

function tailLines(bytes: Uint8Array, frame: BlockFrame, p: Address, size: number): string[] {
  const tail = p + size;
  const where = `    The ${TAIL_PADS} pad bytes at tail=${hex(tail)} are`;
  if (frame.tailIsIntact(p, size)) return [`${where} FORBIDDENBYTE, as expected.`];
  const pads = Array.from({ length: TAIL_PADS }, (_, i) => padLine(`tail+${i}`, bytes[tail + i]));
  return [`${where} not all FORBIDDENBYTE (0xfd):`, ...pads];
}

function padLine(place: string, byte: number): string {
  return `        at ${place}: 0x${hexByte(byte)}${byte === FORBIDDEN_BYTE ? '' : ' *** OUCH'}`;
}

function preview(bytes: Uint8Array, p: Address, size: number): string {
  const show = (from: Address, to: Address) =>
    Array.from({ length: to - from }, (_, i) => hexByte(bytes[from + i])).join(' ');
  if (size <= 2 * SHOWN) return show(p, p + size);
  return `${show(p, p + SHOWN)} ... ${show(p + size - SHOWN, p + size)}`;
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/** A stack as reports show it. */
export function indent(site: string): string {
  return site.replace(/^/gm, '    ');
}
