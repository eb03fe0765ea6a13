/**
 * The allocators that take part in JavaScript, each behind the same three calls: `heap.malloc`, `heap.free` and, to write into blocks,
 * those of `memory`. Ours is the heap itself, without a wrapper: malloc and free are inlined into the loop that calls them, and a
 * layer more would measure another program. A process works with one allocator only, so that every call has one target.
 *
 * - `sharena`, `sharena modern`: the heap in two geometries.
 * - `@thi.ng/malloc`: its pool in shared memory behind one lock, since it is made for one thread.
 * - `Uint8Array`, `SharedArrayBuffer`: a buffer for each block, which the garbage collector frees. They are objects of one thread.
 */
import { Mutex } from '@sharena/atomics-sync';
import { SharedHeap } from '@sharena/heap';
import { MemPool } from '@thi.ng/malloc';

const POOL_BYTES = 2 ** 29;

/** Blocks as addresses in one memory. */
class AddressMemory {
  constructor(bytes, words) {
    this.bytes = bytes;
    this.words = words;
  }

  /** What blocks are kept in. */
  newSlots(count) {
    return new Uint32Array(count);
  }

  touchEnds(block, size) {
    this.bytes[block] = 1;
    this.bytes[block + size - 1] = 1;
  }

  touchPages(block, size) {
    for (let at = 0; at < size; at += 4096) this.bytes[block + at] = 1;
  }

  /** Writes all bytes, word by word: for the sizes here that is faster than a call of fill(). */
  fill(block, size) {
    if (size < 4) for (let at = 0; at < size; at++) this.bytes[block + at] = 1;
    else for (let word = block >>> 2; word < (block + size) >>> 2; word++) this.words[word] = 0x01010101;
  }

  sum(block, size) {
    let sum = 0;
    for (let at = block; at < block + size; at++) sum += this.bytes[at];
    return sum;
  }

  addToWord(block, times) {
    const word = block >>> 2;
    this.words[word] = 0;
    for (let i = 0; i < times; i++) this.words[word] += i;
  }
}

/** Blocks as buffers of their own. */
class BufferMemory {
  newSlots(count) {
    return new Array(count).fill(0);
  }

  touchEnds(block, size) {
    block[0] = 1;
    block[size - 1] = 1;
  }

  fill(block) {
    if (block.length > 64) block.fill(1);
    else for (let at = 0; at < block.length; at++) block[at] = 1;
  }

  sum(block) {
    let sum = 0;
    for (let at = 0; at < block.length; at++) sum += block[at];
    return sum;
  }

  addToWord(block, times) {
    const word = new Int32Array(block.buffer, 0, 2);
    for (let i = 0; i < times; i++) word[0] += i;
  }
}

/** The pool of @thi.ng/malloc behind a lock. What it keeps of itself lies in the memory that all threads share. */
class LockedPool {
  constructor(pool, lock) {
    this.pool = pool;
    this.lock = lock;
  }

  malloc(size) {
    this.lock.lock();
    const block = this.pool.malloc(size);
    this.lock.unlock();
    if (block === 0) throw new Error('the pool of @thi.ng/malloc is exhausted');
    return block;
  }

  free(block) {
    if (block === 0) return;
    this.lock.lock();
    this.pool.free(block);
    this.lock.unlock();
  }
}

class Buffers {
  constructor(make) {
    this.malloc = make;
  }

  free() {}
}

/** What threads need to take part: made once by the main thread. */
export function createAllocator(name) {
  if (name === 'sharena') return { name, handle: SharedHeap.create().handle };
  if (name === 'sharena modern') return { name, handle: SharedHeap.create({ geometry: 'modern' }).handle };
  if (name !== '@thi.ng/malloc') return { name };
  const buffer = new SharedArrayBuffer(POOL_BYTES);
  new MemPool({ buf: buffer });
  return { name, buffer, lock: new SharedArrayBuffer(64) };
}

/** In a thread: what it works with. */
export function attachAllocator({ name, handle, buffer, lock }) {
  if (handle) {
    const heap = SharedHeap.attach(handle);
    return { heap, memory: new AddressMemory(heap.bytes, heap.words) };
  }
  if (buffer) {
    const pool = new MemPool({ buf: buffer, skipInitialization: true });
    const heap = new LockedPool(pool, Mutex.at(lock, 0));
    return { heap, memory: new AddressMemory(new Uint8Array(buffer), new Int32Array(buffer)) };
  }
  const buffers = { Uint8Array: newArray, SharedArrayBuffer: newShared };
  if (!(name in buffers)) throw new Error(`there is no allocator ${name}`);
  return { heap: new Buffers(buffers[name]), memory: new BufferMemory() };
}

function newArray(size) {
  return new Uint8Array(size);
}

function newShared(size) {
  return new Uint8Array(new SharedArrayBuffer(size));
}
