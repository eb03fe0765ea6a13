/**
 * The raw form of pixels, in which files and other software have them: what Pillow's tobytes() gives and frombytes() takes.
 *
 *   mode                       in the image          in raw form
 *   1                          one byte, 0 or not    one bit, the highest first; each row begins at a byte; read as 0 or 255
 *   LA, La, PA                 L L L A               L A
 *   RGB, YCbCr, HSV            R G B 255             R G B
 *   LAB                        L a b 255             L a b, the highest bit of a and b turned over: they are signed there
 *   all others                 the bytes as they are
 *
 * Loops are over Uint8Array only, and one for each form.
 */
import type { ModeInfo } from '../modes.ts';

type Loop = (from: Uint8Array, at: number, to: Uint8Array, out: number, width: number) => void;

interface RawForm {
  /** Bits of a pixel. */
  readonly bits: number;
  /** From the image to the raw form, one row. */
  readonly pack: Loop;
  /** From the raw form to the image, one row. */
  readonly unpack: Loop;
}

const BITS: RawForm = {
  bits: 1,
  pack(from, at, to, out, width) {
    for (let x = 0; x < width; out++) {
      let byte = 0;
      for (let mask = 128; mask > 0 && x < width; mask >>= 1, x++) if (from[at + x] !== 0) byte |= mask;
      to[out] = byte;
    }
  },
  unpack(from, at, to, out, width) {
    for (let x = 0; x < width; x++) to[out + x] = (from[at + (x >> 3)] & (128 >> (x & 7))) === 0 ? 0 : 255;
  },
};

const PAIRS: RawForm = {
  bits: 16,
  pack(from, at, to, out, width) {
    for (const end = at + 4 * width; at < end; at += 4, out += 2) {
      to[out] = from[at];
      to[out + 1] = from[at + 3];
    }
  },
  unpack(from, at, to, out, width) {
    for (const end = at + 2 * width; at < end; at += 2, out += 4) {
      const value = from[at];
      to[out] = value;
      to[out + 1] = value;
      to[out + 2] = value;
      to[out + 3] = from[at + 1];
    }
  },
};

const TRIPLES: RawForm = {
  bits: 24,
  pack(from, at, to, out, width) {
    for (const end = at + 4 * width; at < end; at += 4, out += 3) {
      to[out] = from[at];
      to[out + 1] = from[at + 1];
      to[out + 2] = from[at + 2];
    }
  },
  unpack(from, at, to, out, width) {
    for (const end = at + 3 * width; at < end; at += 3, out += 4) {
      to[out] = from[at];
      to[out + 1] = from[at + 1];
      to[out + 2] = from[at + 2];
      to[out + 3] = 255;
    }
  },
};

const LAB: RawForm = {
  bits: 24,
  pack(from, at, to, out, width) {
    for (const end = at + 4 * width; at < end; at += 4, out += 3) {
      to[out] = from[at];
      to[out + 1] = from[at + 1] ^ 128;
      to[out + 2] = from[at + 2] ^ 128;
    }
  },
  unpack(from, at, to, out, width) {
    for (const end = at + 3 * width; at < end; at += 3, out += 4) {
      to[out] = from[at];
      to[out + 1] = from[at + 1] ^ 128;
      to[out + 2] = from[at + 2] ^ 128;
      to[out + 3] = 255;
    }
  },
};

/** The raw form of a mode, or undefined when it is the bytes of the image as they are. */
export function rawForm(info: ModeInfo): RawForm | undefined {
  if (info.mode === '1') return BITS;
  if (info.mode === 'LAB') return LAB;
  if (info.pixelSize !== 4 || info.type !== 'uint8') return undefined;
  if (info.bands === 2) return PAIRS;
  return info.bands === 3 ? TRIPLES : undefined;
}
