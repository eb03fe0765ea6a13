/** Images of one number of more than a byte a pixel: `I;16`, `I` and `F`. */
import {
  convert,
  extrema,
  flop,
  fromLinearLight,
  linear,
  point,
  reduce,
  resize,
  rotate90,
  toLinearLight,
  toTensor,
} from '@sharena/kernels';
import sharp from 'sharp';

const LAYOUTS = [
  ['I;16', 'depth'],
  ['I', 'integers'],
  ['F', 'floats'],
];

const square = Uint8Array.from({ length: 65536 }, (_, value) => (value * value) >>> 16);

/** The cases, on the photograph of `makePhoto`. */
export function numberCases({ l, image, heap }) {
  const { width, height } = l;
  const grey = image('L', width, height);
  const numbers = heap.newArray(Float32Array, width * height);
  return LAYOUTS.flatMap(([layout, python]) => {
    const [src, like] = [image(layout, width, height), image(layout, width, height)];
    convert(l, src, 0, height);
    const small = image(layout, 720, 588);
    const turned = image(layout, height, width);
    const third = image(layout, Math.ceil(width / 3), Math.ceil(height / 3));
    return [
      ...['lanczos', 'bilinear'].map((filter) => ({
        name: `resize ${layout} to 720x588, ${filter}`,
        ours: () => resize(src, small, 0, 588, { filter }),
        ...(layout === 'I;16' && { sharp: () => resizedDeep(src, filter) }),
        // Pillow weighs no I;16.
        ...(layout !== 'I;16' && { pillow: `${python}.resize((720, 588), R.${filter.toUpperCase()})` }),
      })),
      {
        name: `reduce ${layout} by 3`,
        ours: () => reduce(src, third, 0, third.height, [3, 3]),
        ...(layout !== 'I;16' && { pillow: `${python}.reduce(3)` }),
      },
      {
        name: `flop ${layout}`,
        ours: () => flop(src, like, 0, height),
        pillow: `${python}.transpose(T.FLIP_LEFT_RIGHT)`,
      },
      {
        name: `rotate90 ${layout}`,
        ours: () => rotate90(src, turned, 0, width, 1),
        pillow: `${python}.transpose(T.ROTATE_270)`,
      },
      {
        name: `${layout} to L`,
        ours: () => convert(src, grey, 0, height),
        pillow: `${python}.convert("L")`,
      },
      {
        name: `L to ${layout}`,
        ours: () => convert(l, like, 0, height),
        pillow: `l.convert("${layout}")`,
      },
      {
        name: `linear ${layout}, 0.7 x + 12`,
        ours: () => linear(src, like, 0, height, 0.7, 12),
        pillow: `${python}.point(lambda x: x * 0.7 + 12)`,
      },
      ...(layout === 'F'
        ? []
        : [
            {
              name: `${layout} to L, by a table`,
              ours: () => point(src, grey, 0, height, [square]),
              // Pillow has no such table for I;16.
              ...(layout === 'I' && { pillow: `${python}.point(square, "L")` }),
            },
          ]),
      // Linear light is no number of mode I.
      ...(layout === 'I'
        ? []
        : [
            { name: `L to linear light, ${layout}`, ours: () => toLinearLight(l, like, 0, height) },
            {
              name: `linear light, ${layout}, to L`,
              prepare: () => toLinearLight(l, like, 0, height),
              ours: () => fromLinearLight(like, grey, 0, height),
            },
          ]),
      { name: `extrema ${layout}`, ours: () => extrema(src, 0, height), pillow: `${python}.getextrema()` },
      { name: `tensor ${layout}`, ours: () => toTensor(src, numbers, 0, height, { mean: 0.5, std: 0.25 }) },
    ];
  });
}

function resizedDeep({ packed, width, height }, filter) {
  const pixels = new Uint16Array(packed.buffer, packed.byteOffset, width * height);
  return sharp(pixels, { raw: { width, height, channels: 1 } })
    .resize(720, 588, { fit: 'fill', kernel: filter === 'lanczos' ? 'lanczos3' : 'linear' })
    .toColourspace('grey16')
    .raw({ depth: 'ushort' })
    .toBuffer();
}
