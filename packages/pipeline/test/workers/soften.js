// The mean of each value with those `halo` rows above and below it.

/** @type {import('@sharena/pipeline').StripOperation} */
export default function soften(strip) {
  for (let y = 0; y < strip.height; y++) {
    const [above, here, below] = [strip.source(y - strip.halo), strip.source(y), strip.source(y + strip.halo)];
    const row = strip.row(y);
    for (let i = 0; i < row.length; i++) row[i] = (above[i] + here[i] + below[i]) / 3;
  }
  for (const y of [-strip.halo - 1, strip.height + strip.halo]) {
    try {
      strip.source(y);
    } catch {
      continue;
    }
    throw new Error(`row ${y} was not refused`);
  }
}
