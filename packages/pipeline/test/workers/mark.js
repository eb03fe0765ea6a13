// Changes every byte by its place in the image, whatever the strip is: the same bytes however the rows are shared out.

/** @type {import('@sharena/pipeline').StripOperation<{ add: number } | undefined>} */
export default function mark(strip, params) {
  const add = params?.add ?? 1;
  for (let y = 0; y < strip.height; y++) {
    const row = strip.row(y);
    for (let i = 0; i < row.length; i++) row[i] += add + (strip.top + y) * 3 + i * 5 + strip.imageHeight;
  }
}
