/**
 * The carrier: brings EXIF to raw pixels that are encoded. sharp takes EXIF as a whole from files only, so it comes in a file: a PNG of one black
 * pixel, which is stretched to the size of the image, and to which the pixels are then added by a bitwise or, that is, unchanged. libvips does
 * both as it encodes, some rows at a time; the pixels are read where they lie, as without.
 *
 * PNG, by its specification (third edition): 11.2.1 IHDR, 11.3.4.5 eXIf, 5.3 chunks.
 */
import { crc32, deflateSync } from 'node:zlib';

/** The types of colour by the number of channels: grey, grey with alpha, colours, colours with alpha. */
const COLOUR_TYPES = [0, 0, 4, 2, 6] as const;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** What EXIF begins with in JPEG and HEIF, and not in PNG. */
const JPEG_PREFIX = 'Exif\0\0';
/** What it begins with then: the order of its bytes, and 42. */
const BYTE_ORDERS = ['II*\0', 'MM\0*'];

/**
 * A black pixel that has EXIF.
 *
 * @param exif - as it lies in a file of any format; what is no EXIF is left out
 */
export function carrier(channels: 1 | 2 | 3 | 4, exif: Uint8Array): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(1, 0); // columns
  header.writeUInt32BE(1, 4); // rows
  header[8] = 8; // bits for each channel
  header[9] = COLOUR_TYPES[channels];
  const chunks = [chunk('IHDR', header)];
  const plain = withoutPrefix(exif);
  if (plain) chunks.push(chunk('eXIf', plain));
  chunks.push(chunk('IDAT', deflateSync(Buffer.alloc(1 + channels)))); // a filter of none, and the pixel
  chunks.push(chunk('IEND', Buffer.alloc(0)));
  return Buffer.concat([SIGNATURE, ...chunks]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

function withoutPrefix(exif: Uint8Array): Uint8Array | undefined {
  const startsWith = (bytes: Uint8Array, text: string) =>
    Buffer.from(bytes.subarray(0, text.length)).toString('latin1') === text;
  const plain = startsWith(exif, JPEG_PREFIX) ? exif.subarray(JPEG_PREFIX.length) : exif;
  return BYTE_ORDERS.some((order) => startsWith(plain, order)) ? plain : undefined;
}
