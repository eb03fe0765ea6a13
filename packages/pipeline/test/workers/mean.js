// The mean of all bytes, to the nearest whole number, and what the image is.

/** @type {import('@sharena/pipeline').TapOperation} */
export default function mean(image, params) {
  let sum = 0;
  for (let y = 0; y < image.height; y++) for (const value of image.row(y)) sum += value;
  if (params?.fail) throw new Error('no mean today');
  const count = image.height * image.row(0).length;
  return { mean: Math.round(sum / count), width: image.width, height: image.height, mode: image.mode };
}
