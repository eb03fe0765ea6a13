// Attaches the heap, opens the image, and writes its half of the rows.
import { workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';

const { heap, image: handle, top, bottom, colour } = workerData;
const shared = SharedHeap.attach(heap);
const image = ImageStore.over(shared).open(handle);
for (let y = top; y < bottom; y++) {
  const row = image.row(y);
  for (let x = 0; x < row.length; x += 4) row.set(colour, x);
}
image.release();
shared.detach();
