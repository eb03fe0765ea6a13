/** Finds the shared memory inside of a value. */

/** The shared buffers inside a value that a setup returned. */
export function buffersIn(value: unknown, seen: Set<unknown> = new Set()): SharedArrayBuffer[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return [];
  seen.add(value);
  if (value instanceof SharedArrayBuffer) return [value];
  if (ArrayBuffer.isView(value)) return buffersIn(value.buffer, seen);
  // The buffer of a WebAssembly.Memory is not among its own properties.
  if (Object.prototype.toString.call(value) === '[object WebAssembly.Memory]')
    return buffersIn((value as { buffer: unknown }).buffer, seen);
  return Object.values(value).flatMap((part) => buffersIn(part, seen));
}
