/** rounds names | rounds <rounds> <case>…: the names of the cases, or their samples in milliseconds, as JSON. */
import sharp from 'sharp';
import { answer } from '../run/program.js';
import { cases } from './cases.js';
import { makePhoto } from './photo.js';
import { startPillow } from './pillow.js';

const WARM_UP = 2;

const [first, ...wanted] = process.argv.slice(2);
const { photo } = await makePhoto(false);
const all = cases(photo);
if (first === 'names') answer(all.map(({ name }) => name));
else await measure(Number(first));

async function measure(rounds) {
  const pillow = await startPillow(photo);
  const samples = {};
  for (const { name, ours, sharp: theirs, pillow: line } of all.filter(({ name }) => wanted.includes(name))) {
    const own = { sharena: [], ...(theirs ? { sharp: [] } : {}), ...(line && pillow ? { Pillow: [] } : {}) };
    for (let round = -WARM_UP; round < rounds; round++) {
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
