// Writes what it is told about its strip into the first bytes of every row.

/** @type {import('@sharena/pipeline').StripOperation<{ tag: Uint8Array }>} */
export default async function describe(strip, params) {
  await new Promise((resolve) => setTimeout(resolve, 1)); // async: the strip stays the operation's own until it settles
  for (let y = 0; y < strip.height; y++) {
    strip.row(y).set([strip.top + y, strip.height, strip.width, strip.imageHeight, strip.pixelSize, params.tag[0]]);
  }
  for (const y of [-1, strip.height, 0.5]) {
    try {
      strip.row(y);
    } catch {
      continue;
    }
    throw new Error(`row ${y} of a strip of ${strip.height} rows was not refused`);
  }
}
