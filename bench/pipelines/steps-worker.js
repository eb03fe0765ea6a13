// One step of one image in a thread of Piscina: sharp on raw pixels that were cloned or transferred.
import { move, transferableSymbol, valueSymbol } from 'piscina';
import sharp from 'sharp';

sharp.concurrency(1);
sharp.cache(false);

const STEPS = {
  resize: (pipeline, { width, height }) => pipeline.resize(width / 2, height / 2),
  blur: (pipeline) => pipeline.blur(2),
  grey: (pipeline) => pipeline.grayscale(),
};

export default async function runStep({ step, image, moves }) {
  const { width, height, channels } = image;
  const pipeline = STEPS[step](sharp(image.pixels, { raw: { width, height, channels } }), image);
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
  const more = { width: info.width, height: info.height, channels: info.channels };
  if (!moves) return { pixels: data, ...more };
  // A buffer of sharp's lies in memory that cannot be transferred: the copy is the price of transfer.
  const pixels = Uint8Array.from(data);
  return move({ [transferableSymbol]: [pixels.buffer], [valueSymbol]: { pixels, ...more } });
}
