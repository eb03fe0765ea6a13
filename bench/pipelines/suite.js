/** Whole pipelines: photographs from file to file, and pixels through several workers, by us and by others. */
import sharp from 'sharp';
import { runNode } from '../run/program.js';
import { makeFolder } from './folder.js';

const program = (name) => new URL(`./${name}.js`, import.meta.url);
const PHOTOS = 8;
const SIZE = [3000, 2000];
/** Ours with two threads, sharp with so many: its `concurrency`, and photographs in work at a time. */
const THREADS = 2;
const SHARPS = {
  'sharp, 2 photos at a time': [1, 2],
  'sharp, 3 photos at a time': [1, 3],
  'sharp, 4 photos at a time': [1, 4],
  'sharp, 2 photos at a time, 2 threads each': [2, 2],
};
const FEW_SHARPS = ['sharp, 2 photos at a time', 'sharp, 2 photos at a time, 2 threads each'];

/** By group: the cases of contender.js that ours runs, the settings of sharp, how often the folder is done, and others. */
const FOLDERS = {
  'thumbnails of JPEGs of 6 megapixels, 800 pixels wide': {
    ours: { sharena: 'thumbnail', 'sharena, scaled in the heap': 'kernel' },
    sharps: Object.keys(SHARPS),
    theirs: 'thumbnail',
    times: 4,
    others: { 'wasm-vips': 8, jimp: 3 },
  },
  'one decode to three sizes and a tensor': {
    ours: { sharena: 'renditions' },
    sharps: FEW_SHARPS,
    theirs: 'renditions',
    times: 2,
    others: {},
  },
  'blur, watermark, sharpen, three sizes': {
    ours: { sharena: 'watermark' },
    sharps: FEW_SHARPS,
    theirs: 'watermark',
    times: 1,
    rounds: 3,
    others: {},
  },
};

const STEP_CASES = ['sharena', 'sharp alone', 'Piscina and transfer', 'Piscina and clone'];

/** @param {import('../run/suite-run.js').SuiteRun} run */
export async function pipelines(run) {
  Object.assign(run.versions, { sharp: sharp.versions.sharp, libvips: sharp.versions.vips });
  await folders(run);
  await steps(run);
  await strips(run);
}

async function folders(run) {
  const wanted = Object.keys(FOLDERS).filter((group) => run.wants(group));
  if (wanted.length === 0) return;
  const folder = await makeFolder(run.quick ? PHOTOS / 2 : PHOTOS, SIZE);
  try {
    for (const group of wanted) await files(run, group, FOLDERS[group], folder);
  } finally {
    folder.remove();
  }
}

/** Every photograph of the folder, from file to bytes. */
async function files(run, group, { ours, sharps, theirs, times, rounds = 5, others }, folder) {
  const cases = [
    ...Object.entries(ours).map(([name, what]) => fileCase(name, ['ours', what])),
    ...(run.quick ? FEW_SHARPS.slice(0, 1) : sharps).map((name) => fileCase(name, ['sharp', theirs], SHARPS[name])),
    ...Object.entries(others).map(([name, images]) => otherCase(name, run.quick ? 1 : images)),
  ];
  await run.group(group, cases, { rounds: run.rounds(rounds, 1) });

  function fileCase(name, [who, what], settings = []) {
    const args = [who, what, folder.photos, folder.mark, run.quick ? 1 : times, ...settings];
    const count = (run.quick ? PHOTOS / 2 : PHOTOS) * (run.quick ? 1 : times);
    return { name, threads: THREADS, isControl: who === 'sharp', run: () => contender(args, count) };
  }

  function otherCase(name, images) {
    const threads = name === 'jimp' ? 1 : THREADS;
    const own = () => runNode(program('others'), name, threads, images, folder.photos);
    return { name, threads, isControl: true, run: own };
  }
}

/** contender.js says what all photographs took. */
async function contender(args, photos) {
  const { wall, cpu, peak } = await runNode(program('contender'), ...args);
  return { perSecond: (photos / wall) * 1000, processorMs: cpu / photos, resident: peak * 2 ** 20 };
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
    rounds: run.rounds(3, 1),
  });
}

async function strips(run) {
  const widths = run.threads.filter((threads) => threads <= 2);
  for (const plan of run.quick ? ['blur'] : ['resize', 'blur', 'sharpen']) {
    const cases = widths.map((threads) => ({
      name: 'sharena, in strips',
      threads,
      run: () => runNode(program('strips'), plan, threads, run.quick ? 4 : 14),
    }));
    await run.group(`${plan} of 24 megapixels, one image`, cases, { rounds: run.rounds(5, 3) });
  }
}
