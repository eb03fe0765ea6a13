/**
 * Modes: what a pixel is. The names, sizes and bands are Pillow's; `RGB;24` is added, packed as codecs give it.
 *
 * Modes of two and three bands live in four bytes: the unused ones are padding (X). Nothing reads padding. What writes whole
 * pixels leaves there what Pillow does: the first band once more in modes of two bands, 255 in modes of three.
 *
 * The bytes of a value are in the machine's order, but in `I;16` and `I;16L` the low one comes first, in `I;16B` the high one.
 */
import { UnknownModeError } from './errors.ts';

/** The name of a mode. */
export type Mode =
  | '1'
  | 'L'
  | 'P'
  | 'PA'
  | 'LA'
  | 'La'
  | 'I'
  | 'F'
  | 'I;16'
  | 'I;16L'
  | 'I;16B'
  | 'I;16N'
  | 'RGB'
  | 'RGB;24'
  | 'RGBX'
  | 'RGBA'
  | 'RGBa'
  | 'CMYK'
  | 'YCbCr'
  | 'LAB'
  | 'HSV';

/** What a mode means. */
export interface ModeInfo {
  /** Its name. */
  readonly mode: Mode;
  /** How many bands carry something. */
  readonly bands: number;
  /** Bytes of a pixel. */
  readonly pixelSize: number;
  /** What a value of a band is. */
  readonly type: 'uint8' | 'int32' | 'float32' | 'uint16';
  /** The bands, by their place in the pixel; X is padding. */
  readonly bandNames: readonly string[];
  /** For each band that carries something, the byte of the pixel at which it begins. */
  readonly bandOffsets: readonly number[];
  /** Whether its values have their bytes in another order than this machine's: `I;16B` on nearly all machines. */
  readonly swapped: boolean;
}

const LITTLE_ENDIAN: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function info(mode: Mode, bands: number, pixelSize: number, type: ModeInfo['type'], names: string): ModeInfo {
  const bandNames = Object.freeze(names.split(' '));
  const places = bandNames.flatMap((name, place) => (name === 'X' && mode !== 'RGBX' ? [] : [place]));
  const swapped = mode === 'I;16B' ? LITTLE_ENDIAN : (mode === 'I;16' || mode === 'I;16L') && !LITTLE_ENDIAN;
  return Object.freeze({ mode, bands, pixelSize, type, bandNames, bandOffsets: Object.freeze(places), swapped });
}

/** All modes. Their places in this list are stored in the heap: new ones go to the end. */
export const MODES: readonly ModeInfo[] = Object.freeze([
  info('1', 1, 1, 'uint8', '1'),
  info('L', 1, 1, 'uint8', 'L'),
  info('P', 1, 1, 'uint8', 'P'),
  info('PA', 2, 4, 'uint8', 'P X X A'),
  info('LA', 2, 4, 'uint8', 'L X X A'),
  info('La', 2, 4, 'uint8', 'L X X a'),
  info('I', 1, 4, 'int32', 'I'),
  info('F', 1, 4, 'float32', 'F'),
  info('I;16', 1, 2, 'uint16', 'I'),
  info('I;16L', 1, 2, 'uint16', 'I'),
  info('I;16B', 1, 2, 'uint16', 'I'),
  info('I;16N', 1, 2, 'uint16', 'I'),
  info('RGB', 3, 4, 'uint8', 'R G B X'),
  info('RGB;24', 3, 3, 'uint8', 'R G B'),
  info('RGBX', 4, 4, 'uint8', 'R G B X'),
  info('RGBA', 4, 4, 'uint8', 'R G B A'),
  info('RGBa', 4, 4, 'uint8', 'R G B a'),
  info('CMYK', 4, 4, 'uint8', 'C M Y K'),
  info('YCbCr', 3, 4, 'uint8', 'Y Cb Cr X'),
  info('LAB', 3, 4, 'uint8', 'L a b X'),
  info('HSV', 3, 4, 'uint8', 'H S V X'),
]);

/** The place of a mode in {@link MODES}. @throws {UnknownModeError} when there is none of that name */
export function modeIndex(mode: string): number {
  const index = MODES.findIndex((each) => each.mode === mode);
  if (index < 0) throw new UnknownModeError(mode);
  return index;
}
