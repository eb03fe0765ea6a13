// A tap: the mean colour of an image, for the place where it will be.

/** @type {import('@sharena/pipeline').TapOperation<undefined, string>} */
export default function meanColour(image) {
  const sums = [0, 0, 0];
  for (let y = 0; y < image.height; y++) {
    const row = image.row(y);
    for (let i = 0; i < row.length; i++) sums[i % image.pixelSize] += row[i];
  }
  const pixels = image.width * image.height;
  return `#${sums
    .map((sum) =>
      Math.round(sum / pixels)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}
