/** Takes an image of a megabyte and gives it back, again and again. */
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';

const BATCH = 16;

export function member({ data }) {
  const heap = SharedHeap.attach(data.heap);
  const store = ImageStore.over(heap);

  function some(times) {
    for (let i = 0; i < times; i++) store.new('L', 1024, 1024, { dirty: true }).release();
  }

  some(30_000); // every thread compiles for itself: long before the first of many has done so, the time would be over
  return {
    step() {
      some(BATCH);
      return BATCH;
    },
    end: () => heap.detach(),
  };
}
