/**
 * Which heaps this thread is attached to, by their ids. Weakly: a heap that nobody uses any more gives its memory back.
 *
 * One map for all copies of this package that the thread has loaded, such as an older version below another package. A slot is a thread's, whichever
 * copy took it: the one that detached would give it away under the other one. So the second to attach is refused.
 */
const KEY: unique symbol = Symbol.for('@sharena/heap: attached');

const place = globalThis as { [KEY]?: Map<number, WeakRef<object>> };
place[KEY] ??= new Map();

/** The heaps, of this copy of the package or of another one. */
export const attached: Map<number, WeakRef<object>> = place[KEY];
