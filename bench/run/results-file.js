/** Files of results. */
import { readFileSync } from 'node:fs';
import { parseResults } from '@sharena/measure';

/** Reads a file of results. */
export function readResults(file) {
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch ({ code }) {
    throw new TypeError(`${file}: it cannot be read (${code})`);
  }
  return parseResults(text, file);
}
