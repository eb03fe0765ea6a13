// Counts, in its thread, the ticks of a timer that it starts once; writes the count into the first byte.

let ticks = 0;
let timer;

/** @type {import('@sharena/pipeline').StripOperation} */
export default function betweenTasks(strip) {
  if (!timer) timer = setInterval(() => ticks++, 5).unref();
  strip.row(0)[0] = Math.min(255, ticks);
}
