/** rectangles of pixels: paste and fill against the same with the methods of typed arrays, row by row. */

import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';
import { median } from '@sharena/measure';
import { answer } from '../run/program.js';

const ROUNDS = 5;
const results = {};
const store = ImageStore.over(SharedHeap.create({ reserve: '256MiB' }));
const image = store.newBlock('RGB;24', 2000, 1500);
for (let y = 0; y < image.height; y++) image.row(y).fill(y);
const { bytes } = store.heap;

/** All of `target` from column 1 and row 1 of `image`: the rows of the two are differently aligned, as nearly always. */
function pasted(target, copy) {
  const length = target.lineSize;
  for (let y = 0; y < target.height; y++) copy(target.rowAddress(y), image.rowAddress(y + 1) + 3, length);
}

for (const [width, height] of [
  [1900, 1400],
  [100, 1400],
]) {
  const target = store.newBlock('RGB;24', width, height);
  measure(`${width} x ${height} pixels of 3 bytes, copied from an odd place`, [
    ['sharena', () => target.paste(image, -1, -1)],
    ['set of a view, row by row', () => pasted(target, (to, from, n) => bytes.set(bytes.subarray(from, from + n), to))],
    ['copyWithin, row by row', () => pasted(target, (to, from, n) => bytes.copyWithin(to, from, from + n))],
  ]);
  const box = [1, 1, width, height];
  measure(`${width} x ${height} pixels, all bytes the same`, [
    ['sharena', () => target.fill([7, 7, 7], box)],
    ['fill of a view, row by row', () => filled(target, (view) => view.fill(7))],
  ]);
  const pixel = Uint8Array.of(1, 2, 3);
  measure(`${width} x ${height} pixels, of three values`, [
    ['sharena', () => target.fill([1, 2, 3], box)],
    ['pixel by pixel', () => filled(target, (view) => byPixel(view, pixel))],
  ]);
  target.release();
}

function filled(target, fill) {
  for (let y = 1; y < target.height; y++) fill(target.row(y).subarray(3));
}

function byPixel(view, [r, g, b]) {
  for (let i = 0; i < view.length; i += 3) {
    view[i] = r;
    view[i + 1] = g;
    view[i + 2] = b;
  }
}

/** Alternately, after a warm-up; a sample is the mean of 5 calls. */
function measure(title, functions) {
  const cases = functions.map(([name, run]) => ({ name, run, samples: [] }));
  for (let round = -3; round < ROUNDS; round++) {
    for (const { run, samples } of cases) {
      const begun = performance.now();
      for (let i = 0; i < 5; i++) run();
      if (round >= 0) samples.push(((performance.now() - begun) * 1e6) / 5);
    }
  }
  results[title] = Object.fromEntries(cases.map(({ name, samples }) => [name, { ns: median(samples) }]));
}

answer(results);
