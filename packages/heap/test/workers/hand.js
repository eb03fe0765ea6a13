// A thread that does what it is told, one call a message: { id, name, args } -> { id, result } or { id, error }.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedHeap, wireError } from '@sharena/heap';

/** @type {SharedHeap} */
let heap;
/** What detach() said about leaks. */
let left;
/** @type {import('@sharena/heap').StructType<{ x: 'f64' }>} */
let Type;
/** @type {number[]} */
let destroyed;

const CALLS = {
  attach(handle) {
    heap = SharedHeap.attach(handle, { onLeaks: (report) => (left = report) });
    return heap.slot;
  },
  attachAgain(handle) {
    return SharedHeap.attach(handle) === heap;
  },
  malloc(sizes) {
    return sizes.map((size) => heap.malloc(size));
  },
  /** Blocks of these sizes, each filled with its own number, from `first` on. */
  mallocFilled(sizes, first) {
    return sizes.map((size, i) => {
      const address = heap.malloc(size);
      heap.bytes.fill(first + i, address, address + size);
      return address;
    });
  },
  /** How many bytes of these blocks are not the block's number. */
  countWrong(addresses, sizes, first) {
    let wrong = 0;
    addresses.forEach((address, i) => {
      for (const byte of heap.bytes.subarray(address, address + sizes[i])) if (byte !== ((first + i) & 255)) wrong++;
    });
    return wrong;
  },
  realloc(address, size) {
    return heap.realloc(address, size);
  },
  free(addresses) {
    for (const address of addresses) heap.free(address);
  },
  trim() {
    heap.trim();
    heap.checkInvariants();
  },
  allocatorName() {
    return heap.allocatorName;
  },
  /** Writes a byte where it does not belong. */
  scribble(address, byte) {
    heap.bytes[address] = byte;
  },
  leaks() {
    return heap.leaks();
  },
  stats() {
    return heap.stats();
  },
  detach() {
    heap.detach();
    return left;
  },
  /** Declares the type of records that the calls below use; counts what this thread destroys. */
  declare(fields) {
    destroyed = [];
    Type = heap.struct(fields, { destroy: (record) => destroyed.push(record.x) });
    return { size: Type.size, offsets: { ...Type.offsets }, tag: Type.tag };
  },
  makeRecord(init) {
    return Type.new(init).address;
  },
  releaseRecord(address, x) {
    const record = Type.at(address);
    const seen = record.x;
    record.x = x;
    return { seen, left: record.release(), destroyed, stats: Type.stats() };
  },
  root(name) {
    let discarded = 0;
    const address = heap.root(
      name,
      () => heap.malloc(64),
      (mine) => {
        discarded++;
        heap.free(mine);
      },
    );
    return { address, discarded };
  },
};

if (workerData?.heap) CALLS.attach(workerData.heap);

parentPort.on('message', ({ id, name, args }) => {
  try {
    parentPort.postMessage({ id, result: CALLS[name](...args) });
  } catch (error) {
    parentPort.postMessage({ id, error: wireError(error) });
  }
});
