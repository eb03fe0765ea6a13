// Makes, looks at, hands on, takes over and releases images, until it is ended, or detaches.
import { workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';
import { ImageStore, StaleHandleError } from '@sharena/imaging';
import * as B from './board.mjs';

const { handle, board, index, seed, rounds } = workerData;
const heap = SharedHeap.attach(handle);
const store = ImageStore.over(heap);
const MODES = ['L', 'RGB', 'RGB;24', 'I;16'];
const images = [];
let x = seed;

function next(n) {
  x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
  return (x >>> 8) % n;
}

/** Every row begins with the same byte. */
function paint(image) {
  const value = next(256);
  for (let y = 0; y < image.height; y++) image.row(y)[0] = value;
}

function look(image) {
  const value = image.row(0)[0];
  for (let y = 1; y < image.height; y++) {
    if (image.row(y)[0] !== value) throw new Error(`row ${y} of ${image.height} says ${image.row(y)[0]}, not ${value}`);
  }
}

function make() {
  const [width, height] = next(8) === 0 ? [1 + next(3000), 1 + next(300)] : [1 + next(100), 1 + next(100)];
  const image = next(6) === 0 ? store.newBlock('L', width, height) : store.new(MODES[next(4)], width, height);
  paint(image);
  images.push(image);
}

/** A thread that died may have left a handle whose reference was recalled. */
function takeOver(found) {
  try {
    images.push(store.takeOver({ heap: handle.id, ...found }));
  } catch (error) {
    if (!(error instanceof StaleHandleError)) throw error;
  }
}

function step() {
  const [image] = images.length > 0 ? images.splice(next(images.length), 1) : [];
  switch (next(image ? 7 : 2)) {
    case 0:
      if (images.length < 12) make();
      if (image) images.push(image);
      break;
    case 1:
      B.take(board, index, next(B.ENTRIES), takeOver);
      if (image) images.push(image);
      break;
    case 2:
      look(image);
      images.push(image);
      break;
    case 3:
      images.push(image, store.open(image.handle));
      break;
    case 4:
      look(image);
      if (!B.leave(board, index, () => image.giveAway())) images.push(image);
      break;
    default:
      image.release();
  }
}

for (let round = 0; round < rounds; round++) {
  step();
  if (next(4000) === 0) store.blocksMax = next(40);
  if (next(4000) === 0) store.clearCache(next(10));
  Atomics.add(board, B.ROUNDS + index, 1);
}
heap.detach();
