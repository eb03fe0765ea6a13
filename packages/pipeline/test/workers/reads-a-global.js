// Writes what a module that was loaded before it, by `--import`, has left behind.

/** @type {import('@sharena/pipeline').StripOperation} */
export default function readsAGlobal(strip) {
  strip.row(0)[0] = globalThis.leftByImport ?? 0;
}
