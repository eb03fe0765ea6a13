/** Formats and the extensions of file names. */
import { extname } from 'node:path';
import type { Format } from '@sharena/pipeline';

const EXTENSION: Readonly<Record<Format, string>> = {
  jpeg: 'jpg',
  png: 'png',
  webp: 'webp',
  avif: 'avif',
  gif: 'gif',
  tiff: 'tiff',
};

const WRITABLE: Readonly<Record<string, Format>> = {
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.jpe': 'jpeg',
  '.jfif': 'jpeg',
  '.png': 'png',
  '.webp': 'webp',
  '.avif': 'avif',
};

/** The extensions of images that are taken from a folder, in lower case and without the dot. */
export const IMAGE_EXTENSIONS: readonly string[] = [
  ...Object.keys(WRITABLE).map((extension) => extension.slice(1)),
  'gif',
  'svg',
  'tif',
  'tiff',
];

/** The extension of a format's files, without the dot. */
export function extensionOf(format: Format): string {
  return EXTENSION[format];
}

/** The format of an input by its name, when it can be written; else PNG, which loses nothing. */
export function formatLike(path: string): Format {
  return WRITABLE[extname(path).toLowerCase()] ?? 'png';
}
