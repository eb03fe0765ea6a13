/**
 * Ours on the image that they change, where the other cases write into another one. Pillow makes a new image all the same.
 *
 * Every call changes the image once more. Most operations take as long whatever the values are, and a mirror undoes itself; tables do not,
 * so a gamma and its inverse take turns: by one of them alone all values would end in one line of the cache.
 */
import { convert, copy, flop, linear, point, premultiply } from '@sharena/kernels';

/** The cases, on the photograph of `makePhoto`. */
export function inPlaceCases({ rgb, rgba, l, image }) {
  const { width, height } = rgb;
  const own = (src) => {
    const made = image(src.layout, width, height);
    copy(src, made, 0, height);
    return made;
  };
  const [colours, values, shown] = [own(rgb), own(rgb), own(rgba)];
  const gammas = [1 / 2.2, 2.2].map((power) =>
    Uint8Array.from({ length: 256 }, (_, value) => Math.round(255 * (value / 255) ** power)),
  );
  let calls = 0;
  return [
    {
      name: 'linear RGB, 1.2 x - 10, in place',
      ours: () => linear(colours, colours, 0, height, 1.2, -10),
      pillow: 'rgb.point([min(255, max(0, round(1.2 * x - 10))) for x in range(256)] * 3)',
    },
    {
      name: 'gamma RGB, 2.2, by a table, in place',
      ours: () => point(values, values, 0, height, [gammas[calls++ % 2]]),
      pillow: 'rgb.point([round(255 * (x / 255) ** (1 / 2.2)) for x in range(256)] * 3)',
    },
    {
      name: 'flop RGB, in place',
      ours: () => flop(colours, colours, 0, height),
      pillow: 'rgb.transpose(T.FLIP_LEFT_RIGHT)',
    },
    ...[
      ['I', 'integers'],
      ['F', 'floats'],
    ].flatMap(([layout, python]) => {
      const numbers = image(layout, width, height);
      convert(l, numbers, 0, height);
      return [
        {
          name: `linear ${layout}, 0.7 x + 12, in place`,
          ours: () => linear(numbers, numbers, 0, height, 0.7, 12),
          pillow: `${python}.point(lambda x: x * 0.7 + 12)`,
        },
        {
          name: `flop ${layout}, in place`,
          ours: () => flop(numbers, numbers, 0, height),
          pillow: `${python}.transpose(T.FLIP_LEFT_RIGHT)`,
        },
      ];
    }),
    {
      name: 'premultiply, in place',
      ours: () => premultiply(shown, shown, 0, height),
      pillow: 'rgba.convert("RGBa")',
    },
  ];
}
