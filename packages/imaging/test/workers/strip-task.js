// A Piscina worker. A task names an image and some of its rows; they are written where they lie.
import { workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore } from '@sharena/imaging';

const store = ImageStore.over(SharedHeap.attach(workerData));

export default function paint({ image, top, lines, value }) {
  const opened = store.open(image);
  try {
    const { bytes, stride } = opened.strip(top, lines);
    for (let y = 0; y < lines; y++) bytes.fill(value, y * stride, y * stride + opened.lineSize);
  } finally {
    opened.release();
  }
}

/** Makes an image here, and gives it to whoever gets the result. */
export function turn({ image }) {
  const source = store.open(image);
  try {
    const made = store.new(source.mode, source.height, source.width, { dirty: true });
    for (let y = 0; y < source.height; y++) {
      for (let x = 0; x < source.width; x++) made.putPixel(y, x, source.getPixel(x, y));
    }
    return made.giveAway();
  } finally {
    source.release();
  }
}

/** Errors keep name and message over Piscina, and lose their code. */
export function stale({ image }) {
  store.open(image);
}
