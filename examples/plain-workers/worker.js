// Fills every parts-th number of the table, and leaves a note for the main thread.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap } from '@sharena/heap';

const { heap: handle, table: address, length, part, parts } = workerData;
const heap = SharedHeap.attach(handle);
const table = heap.view(Float64Array, address, length);
for (let i = part; i < length; i += parts) table[i] = Math.sqrt(i);

const note = new TextEncoder().encode(`worker ${part} filled ${Math.ceil((length - part) / parts)} numbers`);
const block = heap.malloc(note.length);
heap.view(Uint8Array, block, note.length).set(note);
parentPort.postMessage({ address: block, length: note.length });
