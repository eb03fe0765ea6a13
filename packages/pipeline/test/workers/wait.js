// Takes as many milliseconds as the first byte of the image says.

/** @type {import('@sharena/pipeline').StripOperation} */
export default async function wait(strip) {
  if (strip.top === 0) await new Promise((resolve) => setTimeout(resolve, strip.row(0)[0]));
}
