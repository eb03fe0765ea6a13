/** Two images to one. Ours draw on an image that is put back before each round, which is not measured; sharp and Pillow make a new one. */
import { blend, combine, composite, convert, copy, flip, flop, pasteMasked } from '@sharena/kernels';
import { sharpOn } from './photo.js';

/** The cases, on the photograph of `makePhoto`. */
export function compositeCases({ rgb, rgba, l, image }) {
  const { width, height } = rgb;
  const raw = (pipeline) => pipeline.raw().toBuffer();
  const opaque = image('RGBA', width, height);
  convert(rgb, opaque, 0, height);
  const turned = image('RGBA', width, height);
  flop(rgba, turned, 0, height);
  const upside = image('RGB;24', width, height);
  flip(rgb, upside, 0, height);
  const on = { 'RGB;24': image('RGB;24', width, height), RGBA: image('RGBA', width, height) };
  const drawn = (name, src, backdrop, mode, pillow) => ({
    name,
    prepare: () => copy(backdrop, on[backdrop.layout], 0, height),
    ours: () => composite(src, on[backdrop.layout], 0, height, { mode }),
    sharp: () =>
      raw(sharpOn(backdrop).composite([{ input: src.packed, raw: { width, height, channels: 4 }, blend: mode }])),
    pillow,
  });
  return [
    drawn('composite RGBA over opaque RGBA', rgba, opaque, 'over', 'Image.alpha_composite(opaque, rgba)'),
    drawn('composite RGBA over RGBA', rgba, turned, 'over', 'Image.alpha_composite(turned, rgba)'),
    drawn(
      'composite RGBA over RGB',
      rgba,
      rgb,
      'over',
      'Image.alpha_composite(rgb.convert("RGBA"), rgba).convert("RGB")',
    ),
    ...[
      'multiply',
      'screen',
      'overlay',
      'hard-light',
      'soft-light',
      'color-dodge',
      'color-burn',
      'difference',
      'xor',
      'add',
    ].map((mode) => drawn(`composite RGBA on RGBA, ${mode}`, rgba, turned, mode)),
    {
      name: 'paste RGB through a mask',
      prepare: () => copy(rgb, on['RGB;24'], 0, height),
      ours: () => pasteMasked(upside, l, on['RGB;24'], 0, height),
      pillow: 'Image.composite(upside, rgb, l)',
    },
    {
      name: 'paste a colour through a mask, RGB',
      prepare: () => copy(rgb, on['RGB;24'], 0, height),
      ours: () => pasteMasked([200, 100, 50], l, on['RGB;24'], 0, height),
      pillow: 'rgb.copy().paste((200, 100, 50), (0, 0, width, height), l)',
    },
    {
      name: 'blend RGB, 0.3',
      prepare: () => copy(rgb, on['RGB;24'], 0, height),
      ours: () => blend(upside, on['RGB;24'], 0, height, 0.3),
      pillow: 'Image.blend(rgb, upside, 0.3)',
    },
    {
      name: 'combine RGB, multiply',
      prepare: () => copy(rgb, on['RGB;24'], 0, height),
      ours: () => combine(upside, on['RGB;24'], 0, height, 'multiply'),
      pillow: 'ImageChops.multiply(rgb, upside)',
    },
  ];
}
