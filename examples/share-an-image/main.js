// Two workers paint one image. It lies in shared memory: what they are sent is three numbers.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';

const heap = SharedHeap.create({ reserve: '256MiB' });
const store = ImageStore.over(heap);
const image = store.new('RGBA', 6000, 4000);
console.log(`an image of ${image.width}x${image.height} pixels, ${image.lineSize * image.height} bytes`);

const halves = [
  { top: 0, bottom: 2000, colour: [255, 0, 0, 255] },
  { top: 2000, bottom: 4000, colour: [0, 0, 255, 255] },
];
await Promise.all(
  halves.map(async (half) => {
    const workerData = { heap: heap.handle, image: image.handle, ...half };
    const worker = new Worker(new URL('./painter.js', import.meta.url), { workerData });
    const [code] = await once(worker, 'exit');
    if (code !== 0) throw new Error(`a painter ended with ${code}`);
  }),
);

console.log('row 0 begins with', image.row(0).subarray(0, 4).join(' '));
console.log('row 3999 begins with', image.row(3999).subarray(0, 4).join(' '));
image.release();
console.log('images alive:', heap.stats().images.live);
