/** What is compared: for each operation our call, sharp's pipeline and Pillow's expression. */
import {
  affine,
  colourMatrix,
  convolve,
  copy,
  flop,
  gaussianBlur,
  grayscale,
  linear,
  maximum,
  median,
  perspective,
  point,
  premultiply,
  reduce,
  reduction,
  resize,
  rotate,
  rotate90,
  rotation,
  threshold,
  unpremultiply,
  unsharp,
} from '@sharena/kernels';
import { compositeCases } from './composites.js';
import { inPlaceCases } from './in-place.js';
import { measureCases } from './measures.js';
import { numberCases } from './numbers.js';
import { sharpOn } from './photo.js';

/** The cases, on the photograph of `makePhoto`. */
export function cases({ rgb, rgba, l, image, heap }) {
  const { width, height } = rgb;
  const like = {
    rgb: image('RGB;24', width, height),
    rgba: image('RGBA', width, height),
    l: image('L', width, height),
  };
  const small = image('RGB;24', 720, 588);
  const large = image('RGB;24', 4000, 3266);
  const raw = (pipeline) => pipeline.raw().toBuffer();
  const resizes = [
    ['RGB', rgb, 'rgb'],
    ['RGBA', rgba, 'rgba'],
    ['L', l, 'l'],
  ].flatMap(([name, src, python]) => {
    const dst = image(src.layout, 720, 588);
    return ['fast', 'exact'].map((precision) => ({
      name: `resize ${name} to 720x588, lanczos, ${precision}`,
      ours: () => resize(src, dst, 0, 588, { filter: 'lanczos', precision }),
      sharp: () => raw(grey(src, sharpOn(src).resize(720, 588, { fit: 'fill', kernel: 'lanczos3' }))),
      pillow: `${python}.resize((720, 588), R.LANCZOS)`,
    }));
  });
  const turned = {
    rgb: image('RGB;24', height, width),
    rgba: image('RGBA', height, width),
    l: image('L', height, width),
  };
  const turns = [
    ['RGB', rgb, 'rgb'],
    ['RGBA', rgba, 'rgba'],
    ['L', l, 'l'],
  ].map(([name, src, key]) => ({
    name: `rotate90 ${name}`,
    ours: () => rotate90(src, turned[key], 0, width, 1),
    sharp: () => raw(grey(src, sharpOn(src).rotate(90))),
    pillow: `${key}.transpose(T.ROTATE_270)`,
  }));
  // What it takes to read and write as many bytes and do nothing else.
  const copies = [
    ['L', l, 'l'],
    ['RGB', rgb, 'rgb'],
    ['RGBA', rgba, 'rgba'],
  ].map(([name, src, key]) => ({
    name: `copy ${name}`,
    ours: () => copy(src, like[key], 0, height),
    pillow: `${key}.copy()`,
  }));
  const angle = rotation(rgb, 10, { expand: true });
  const tilted = {
    rgb: image('RGB;24', angle.width, angle.height),
    rgba: image('RGBA', angle.width, angle.height),
    l: image('L', angle.width, angle.height),
  };
  const tilts = [
    ['RGB', rgb, 'rgb', 'nearest', 'exact'],
    ...[
      ['bilinear', 'exact'],
      ['bicubic', 'fast'],
      ['bicubic', 'exact'],
    ].flatMap((way) => [
      ['RGB', rgb, 'rgb', ...way],
      ['RGBA', rgba, 'rgba', ...way],
      ['L', l, 'l', ...way],
    ]),
  ].map(([name, src, key, filter, precision]) => ({
    name: `rotate ${name} by 10 degrees, ${filter}${filter === 'bicubic' ? `, ${precision}` : ''}`,
    ours: () => rotate(src, tilted[key], 0, angle.height, 10, { expand: true, filter, precision }),
    ...(filter === 'bicubic' && { sharp: () => raw(grey(src, sharpOn(src).rotate(10))) }),
    pillow: `${key}.rotate(-10, R.${filter.toUpperCase()}, True)`,
  }));
  const reductions = [
    ['RGB', rgb, 'rgb'],
    ['RGBA', rgba, 'rgba'],
    ['L', l, 'l'],
  ].map(([name, src, key]) => {
    const dst = image(src.layout, Math.ceil(width / 3), Math.ceil(height / 3));
    return {
      name: `reduce ${name} by 3`,
      ours: () => reduce(src, dst, 0, dst.height, [3, 3]),
      pillow: `${key}.reduce(3)`,
    };
  });
  const thumb = image('RGB;24', 240, 196);
  const first = reduction(rgb, thumb, { filter: 'lanczos', gap: 2 });
  const between = image('RGB;24', first.width, first.height);
  const shear = [1.05, 0.2, -100, 0.1, 0.9, 50];
  const keystone = [1.1, 0.1, -100, 0.05, 1.2, -200, 0.00005, 0.0001];
  const medians = [3, 5].flatMap((size) =>
    [
      ['RGB', rgb, 'rgb'],
      ['L', l, 'l'],
    ].map(([name, src, key]) => ({
      name: `median ${name}, ${size}x${size}`,
      ours: () => median(src, like[key], 0, height, size),
      sharp: () => raw(grey(src, sharpOn(src).median(size))),
      pillow: `${key}.filter(ImageFilter.MedianFilter(${size}))`,
    })),
  );
  const sepia = [
    [0.393, 0.769, 0.189],
    [0.349, 0.686, 0.168],
    [0.272, 0.534, 0.131],
  ];
  const gamma = Uint8Array.from({ length: 256 }, (_, value) => Math.round(255 * (value / 255) ** (1 / 2.2)));
  const blurs = [2, 20].flatMap((sigma) =>
    [
      ['RGB', rgb, 'rgb'],
      ['RGBA', rgba, 'rgba'],
    ].flatMap(([name, src, key]) =>
      (sigma === 2 ? ['fast', 'exact'] : ['exact']).map((precision) => ({
        name: `gaussian blur ${name}, sigma ${sigma}, ${precision}`,
        ours: () => gaussianBlur(src, like[key], 0, height, sigma, { precision }),
        sharp: () => raw(sharpOn(src).blur(sigma)),
        pillow: `${key}.filter(ImageFilter.GaussianBlur(${sigma}))`,
      })),
    ),
  );
  return [
    ...resizes,
    ...blurs,
    {
      name: 'sharpen RGB, sigma 1 (unsharp mask)',
      ours: () => unsharp(rgb, like.rgb, 0, height, { sigma: 1, percent: 100, threshold: 0 }),
      sharp: () => raw(sharpOn(rgb).sharpen({ sigma: 1 })),
      pillow: 'rgb.filter(ImageFilter.UnsharpMask(1, 100, 0))',
    },
    ...[3, 5].map((size) => {
      const weights = Array.from({ length: size * size }, (_, i) => (i === (size * size) >> 1 ? size * size : -1));
      return {
        name: `convolve RGB, ${size}x${size}`,
        ours: () => convolve(rgb, like.rgb, 0, height, weights),
        sharp: () => raw(sharpOn(rgb).convolve({ width: size, height: size, kernel: weights })),
        pillow: `rgb.filter(ImageFilter.Kernel((${size}, ${size}), [${weights}]))`,
      };
    }),
    {
      name: 'greyscale RGB to L',
      ours: () => grayscale(rgb, like.l, 0, height),
      sharp: () => raw(sharpOn(rgb).grayscale()),
      pillow: 'rgb.convert("L")',
    },
    ...turns,
    ...tilts,
    {
      name: 'affine RGB, bilinear',
      ours: () => affine(rgb, like.rgb, 0, height, shear, { filter: 'bilinear' }),
      pillow: `rgb.transform(rgb.size, T2.AFFINE, ${JSON.stringify(shear)}, R.BILINEAR)`,
    },
    {
      name: 'perspective RGB, bilinear',
      ours: () => perspective(rgb, like.rgb, 0, height, keystone, { filter: 'bilinear' }),
      pillow: `rgb.transform(rgb.size, T2.PERSPECTIVE, ${JSON.stringify(keystone)}, R.BILINEAR)`,
    },
    ...reductions,
    {
      name: 'resize RGB to 240x196, lanczos, gap 2',
      ours: () => {
        reduce(rgb, between, 0, between.height, first.factor, first.area);
        resize(between, thumb, 0, 196, { filter: 'lanczos', box: first.box });
      },
      pillow: 'rgb.resize((240, 196), R.LANCZOS, None, 2)',
    },
    ...medians,
    {
      name: 'median L, 9x9',
      ours: () => median(l, like.l, 0, height, 9),
      pillow: 'l.filter(ImageFilter.MedianFilter(9))',
    },
    {
      name: 'maximum RGB, 5x5',
      ours: () => maximum(rgb, like.rgb, 0, height, 5),
      pillow: 'rgb.filter(ImageFilter.MaxFilter(5))',
    },
    {
      name: 'resize RGB to 720x588, nearest',
      ours: () => resize(rgb, small, 0, 588, { filter: 'nearest' }),
      sharp: () => raw(sharpOn(rgb).resize(720, 588, { fit: 'fill', kernel: 'nearest' })),
      pillow: 'rgb.resize((720, 588), R.NEAREST)',
    },
    {
      name: 'resize RGB to 4000x3266, nearest',
      ours: () => resize(rgb, large, 0, 3266, { filter: 'nearest' }),
      sharp: () => raw(sharpOn(rgb).resize(4000, 3266, { fit: 'fill', kernel: 'nearest' })),
      pillow: 'rgb.resize((4000, 3266), R.NEAREST)',
    },
    {
      name: 'linear RGB, 1.2 x - 10',
      ours: () => linear(rgb, like.rgb, 0, height, 1.2, -10),
      sharp: () => raw(sharpOn(rgb).linear(1.2, -10)),
      pillow: 'rgb.point([min(255, max(0, round(1.2 * x - 10))) for x in range(256)] * 3)',
    },
    {
      name: 'colour matrix RGB',
      ours: () =>
        colourMatrix(
          rgb,
          like.rgb,
          0,
          height,
          sepia.flatMap((row) => [...row, 0]),
        ),
      sharp: () => raw(sharpOn(rgb).recomb(sepia)),
      pillow: `rgb.convert("RGB", [${sepia.flatMap((row) => [...row, 0])}])`,
    },
    {
      name: 'threshold L',
      ours: () => threshold(l, like.l, 0, height, 128),
      sharp: () => raw(sharpOn(l).threshold(128).toColourspace('b-w')),
      pillow: 'l.point([0] * 128 + [255] * 128)',
    },
    {
      name: 'gamma RGB, 2.2, by a table',
      ours: () => point(rgb, like.rgb, 0, height, [gamma]),
      sharp: () => raw(sharpOn(rgb).gamma(2.2)),
      pillow: 'rgb.point([round(255 * (x / 255) ** (1 / 2.2)) for x in range(256)] * 3)',
    },
    {
      name: 'flop RGB',
      ours: () => flop(rgb, like.rgb, 0, height),
      sharp: () => raw(sharpOn(rgb).flop()),
      pillow: 'rgb.transpose(T.FLIP_LEFT_RIGHT)',
    },
    ...compositeCases({ rgb, rgba, l, image }),
    ...measureCases({ rgb, rgba, l, image, heap }),
    ...numberCases({ l, image, heap }),
    ...inPlaceCases({ rgb, rgba, l, image }),
    ...copies,
    { name: 'premultiply', ours: () => premultiply(rgba, like.rgba, 0, height), pillow: 'rgba.convert("RGBa")' },
    {
      name: 'unpremultiply',
      ours: () => unpremultiply(rgba, like.rgba, 0, height),
      pillow: 'premultiplied.convert("RGBA")',
    },
  ];
}

/** sharp writes three channels unless it is told that one is enough. */
function grey({ layout }, pipeline) {
  return layout === 'L' ? pipeline.toColourspace('b-w') : pipeline;
}
