/** The settings of a store: their bounds, which are Pillow's, and their defaults. Threads: any; they count for later images. */
import { ImageSettingError } from '../errors.ts';

/** The names of the settings that the environment may set, in the order in which it is read. */
export type Setting = 'alignment' | 'blockSize' | 'blocksMax';

/** What a store begins with. */
export const DEFAULTS: Readonly<Record<Setting, number>> = Object.freeze({
  alignment: 1,
  blockSize: 16 * 2 ** 20,
  blocksMax: 0,
});

const MAX_ALIGNMENT = 128;
const PAGE = 4096;
const MAX_BLOCK_SIZE = 0x7fffffff;
/** As many as fit a table of 16 bytes each in 32 bits of addresses. */
const MAX_BLOCKS = 2 ** 28 - 1;

/** Checks a setting. @throws {ImageSettingError} when the value is out of bounds */
export function checkSetting(setting: Setting, value: number): void {
  const wrong = whatIsWrong[setting](value);
  if (wrong !== undefined) throw new ImageSettingError(`${wrong}, got ${value}`);
}

/** Checks how many blocks should be kept. @throws {ImageSettingError} */
export function checkKeep(keep: number): void {
  if (isWhole(keep)) return;
  throw new ImageSettingError(`keep should be a whole number from 0, got ${keep}`);
}

const whatIsWrong: Readonly<Record<Setting, (value: number) => string | undefined>> = Object.freeze({
  alignment(value: number): string | undefined {
    if (!isWhole(value) || value < 1 || value > MAX_ALIGNMENT) return `alignment should be from 1 to ${MAX_ALIGNMENT}`;
    return (value & (value - 1)) === 0 ? undefined : 'alignment should be power of two';
  },
  blockSize(value: number): string | undefined {
    if (!isWhole(value) || value === 0) return 'block_size should be greater than 0';
    if (value > MAX_BLOCK_SIZE) return `block_size should be at most ${MAX_BLOCK_SIZE}`;
    return value % PAGE === 0 ? undefined : `block_size should be multiple of ${PAGE}`;
  },
  blocksMax(value: number): string | undefined {
    if (!isWhole(value)) return 'blocks_max should be a whole number from 0';
    return value <= MAX_BLOCKS ? undefined : `blocks_max is too large: at most ${MAX_BLOCKS}`;
  },
});

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
