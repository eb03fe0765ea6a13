// Attaches the heap, opens the image, and writes its half of the rows.
import { workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';

const { heap, image: handle, top, bottom, colour } = workerData;
const shared = SharedHeap.attach(heap);
const image = ImageStore.over(shared).open(handle);
const [pixel] = new Uint32Array(Uint8Array.from(colour).buffer);
for (let y = top; y < bottom; y++) {
  const row = image.row(y);
  new Uint32Array(row.buffer, row.byteOffset, image.width).fill(pixel);
}
image.release();
shared.detach();
