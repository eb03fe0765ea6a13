/** rounds <rounds> <wanted>: samples of the cases in milliseconds. Wanted is what has a part of both lists in its name. */
import sharp from 'sharp';
import { answer } from '../run/program.js';
import { cases } from './cases.js';
import { makePhoto } from './photo.js';
import { startPillow } from './pillow.js';

const WARM_UP = 2;

const rounds = Number(process.argv[2]);
const { quick, only } = JSON.parse(process.argv[3]);
const isWanted = ({ name }) => [quick, only].every((parts) => parts.some((part) => `kernels ${name}`.includes(part)));
const { photo } = await makePhoto(false, '2725x2225');
await measure(cases(photo).filter(isWanted));

async function measure(wanted) {
  const pillow = await startPillow(photo);
  const samples = {};
  for (const { name, prepare, ours, sharp: theirs, pillow: line } of wanted) {
    const own = { sharena: [], ...(theirs ? { sharp: [] } : {}), ...(line && pillow ? { Pillow: [] } : {}) };
    for (let round = -WARM_UP; round < rounds; round++) {
      prepare?.(); // what is not measured
      const times = {
        sharena: await timed(ours),
        sharp: theirs && (await timed(theirs)),
        Pillow: line && (await pillow?.time(line)),
      };
      if (round >= 0) for (const who of Object.keys(own)) own[who].push(times[who]);
    }
    samples[name] = own;
  }
  pillow?.end();
  answer({ versions: { sharp: sharp.versions.sharp, ...(pillow ? { Pillow: pillow.version } : {}) }, samples });
}

async function timed(run) {
  const begun = performance.now();
  await run();
  return performance.now() - begun;
}
