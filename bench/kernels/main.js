/**
 * The kernels against sharp and Pillow: raw pixels in, raw pixels out, one thread, one after the other in one run.
 *
 *     node kernels/main.js [--rounds 15] [--only resize,rotate] [--size 6000x4000] [--scalar] [--floors | --native]
 *
 * Ours write into an image that is there already, in shared memory, `in place` into the one that they read; sharp and Pillow make a new one
 * for every result. Copies, and what is done in place, count in no mean. Where there is no Pillow (Debian: apt install python3-pil), ours and
 * sharp run alone. `--scalar` runs our scalar twins in the place of SIMD. `--floors` shows what the bytes of operations take alone, which nobody
 * can be faster than, in the place of ours. `--native` has, in the place of sharp, what C takes for loops that miss a goal: see `native/`.
 */
import { parseArgs } from 'node:util';
import { isCounted } from '../goals.js';
import { median } from '../report.js';
import { cases } from './cases.js';
import { floors } from './floors.js';
import { nativeCases, startNative } from './native/native.js';
import { machine, makePhoto } from './photo.js';
import { startPillow } from './pillow.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    only: { type: 'string', default: '' },
    size: { type: 'string', default: '2725x2225' },
    scalar: { type: 'boolean', default: false },
    floors: { type: 'boolean', default: false },
    native: { type: 'boolean', default: false },
  },
});
const wanted = values.only.split(',');
const { acceleration, photo } = await makePhoto(values.scalar, values.size);
const pillow = await startPillow(photo);
const loops = values.native ? startNative(photo) : undefined;
console.log(`${machine()}, ${acceleration}; ${pillow ? `Pillow ${pillow.version}` : 'no Pillow'}`);
if (loops) console.log(`C: ${loops.compiler}`);
const first = values.floors ? 'floor' : 'ours';
const second = loops ? 'C' : 'sharp';
console.log(`milliseconds, medians of alternating runs; in brackets how many times as long as ${first}\n`);
console.log(
  `${`${values.size} pixels, one thread`.padEnd(44)}${first.padStart(9)}${second.padStart(18)}${'Pillow'.padStart(18)}`,
);
const logs = { [second]: [], pillow: [] };
for (const { name, prepare, ours, sharp, loop, pillow: line } of casesOf(photo)) {
  if (!wanted.some((part) => name.includes(part))) continue;
  const samples = { ours: [], [second]: [], pillow: [] };
  for (let round = -2; round < Number(values.rounds); round++) {
    prepare?.(); // what is not measured
    const times = {
      ours: await timed(ours),
      [second]: loop ? await loops.time(loop) : sharp && (await timed(sharp)),
      pillow: line && (await pillow?.time(line)),
    };
    if (round < 0) continue; // the first rounds warm up
    for (const who of Object.keys(samples)) if (times[who] !== undefined) samples[who].push(times[who]);
  }
  const mine = median(samples.ours);
  const column = (who) => {
    if (samples[who].length === 0) return ''.padStart(18);
    const ratio = median(samples[who]) / mine;
    if (!values.floors && isCounted(name)) logs[who].push(Math.log(ratio));
    return `${median(samples[who]).toFixed(1)} (${ratio.toFixed(ratio < 10 ? 2 : 0)})`.padStart(18);
  };
  console.log(`${name.padEnd(44)}${mine.toFixed(2).padStart(9)}${column(second)}${column('pillow')}`);
}
const mean = (list) => Math.exp(list.reduce((sum, value) => sum + value, 0) / list.length).toFixed(1);
for (const [who, list] of Object.entries(logs)) {
  if (list.length > 0)
    console.log(`geometric mean over ${list.length} operations: ${who} takes ${mean(list)} times as long`);
}
pillow?.end();
loops?.end();

function casesOf(photo) {
  if (values.floors) return floors(photo);
  return loops ? nativeCases(cases(photo)) : cases(photo);
}

async function timed(run) {
  const begun = performance.now();
  await run();
  return performance.now() - begun;
}
