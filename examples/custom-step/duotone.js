// Two inks: dark where the photo is dark, light where it is light.

/**
 * @param {import('@sharena/pipeline').Strip} strip - rows of an `RGB;24` image
 * @param {{ dark: number[], light: number[] }} inks - red, green and blue of each ink
 */
export default function duotone(strip, { dark, light }) {
  for (let y = 0; y < strip.height; y++) {
    const row = strip.row(y);
    for (let x = 0; x < row.length; x += 3) {
      const grey = (row[x] * 77 + row[x + 1] * 150 + row[x + 2] * 29) >> 8;
      for (let band = 0; band < 3; band++) row[x + band] = dark[band] + ((light[band] - dark[band]) * grey) / 255;
    }
  }
}
