/** round <wanted>: a sample of every case, in milliseconds. Wanted is what has a part of both lists in its name. */
import sharp from 'sharp';
import { answer } from '../run/program.js';
import { cases } from './cases.js';
import { makePhoto } from './photo.js';
import { startPillow } from './pillow.js';

/** Rounds before the one that counts. */
const WARM_UP = 2;
/** Calls of ours before them: V8 compiles what was called a few times, in the background, and a native program comes compiled. */
const COMPILING = 4;

const { quick, only } = JSON.parse(process.argv[2]);
const isWanted = ({ name }) => [quick, only].every((parts) => parts.some((part) => `kernels ${name}`.includes(part)));
const { photo } = await makePhoto(false, '2725x2225');
await measure(cases(photo).filter(isWanted));

async function measure(wanted) {
  const pillow = await startPillow(photo);
  const samples = {};
  for (const { name, prepare, ours, sharp: theirs, pillow: line } of wanted) {
    const round = async () => {
      prepare?.(); // what is not measured
      return {
        sharena: await timed(ours),
        ...(theirs && { sharp: await timed(theirs) }),
        ...(line && pillow && { Pillow: await pillow.time(line) }),
      };
    };
    for (let i = 0; i < COMPILING; i++) {
      prepare?.();
      await ours();
    }
    for (let i = 0; i < WARM_UP; i++) await round();
    samples[name] = await round();
  }
  pillow?.end();
  answer({ versions: { sharp: sharp.versions.sharp, ...(pillow ? { Pillow: pillow.version } : {}) }, samples });
}

async function timed(run) {
  const begun = performance.now();
  await run();
  return performance.now() - begun;
}
