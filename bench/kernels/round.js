/** round <wanted>: a sample of every case, in milliseconds. Wanted is what has a part of both lists in its name. */
import sharp from 'sharp';
import { answer } from '../run/program.js';
import { cases } from './cases.js';
import { makePhoto } from './photo.js';
import { startPillow } from './pillow.js';

/** Rounds before the one that counts. */
const WARM_UP = 2;
/**
 * Calls of ours before them, and milliseconds after which there are no more: V8 compiles what was called a few times, in the background, and a
 * native program comes compiled. On Node 20 a reduction by 3 takes 6 ms for the first ten calls, and 2 from then on.
 */
const COMPILING = 12;
const ENOUGH_MS = 1000;

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
    const begun = performance.now();
    for (let i = 0; i < COMPILING && performance.now() - begun < ENOUGH_MS; i++) {
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
