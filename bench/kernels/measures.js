/** What is read off an image, and what follows from it: tensors, histograms, contrast, extents. */
import {
  autocontrast,
  clahe,
  equalize,
  extrema,
  fill,
  getBbox,
  histogram,
  reduce,
  reduction,
  resizeToTensor,
  statistics,
  toTensor,
  trimBox,
} from '@sharena/kernels';
import { sharpOn } from './photo.js';

const mean = [0.485, 0.456, 0.406];
const std = [0.229, 0.224, 0.225];

/** The cases, on the photograph of `makePhoto`. */
export function measureCases({ rgb, rgba, l, image, heap }) {
  const { width, height } = rgb;
  const raw = (pipeline) => pipeline.raw().toBuffer();
  const like = { rgb: image('RGB;24', width, height), l: image('L', width, height) };
  const numbers = heap.newArray(Float32Array, 3 * width * height);
  const small = heap.newArray(Float32Array, 3 * 224 * 224);
  const framed = image('RGB;24', width, height);
  fill(framed, 0, height, [250, 250, 250]);
  fill(framed, 0, height, [10, 20, 30], [300, 200, 2000, 1800]);
  const tensor = (src, options) =>
    resizeToTensor(src, small, 0, 224, { width: 224, height: 224, filter: 'lanczos', mean, std, ...options });
  const sharpTensor = async () =>
    planes(await raw(sharpOn(rgb).resize(224, 224, { fit: 'fill', kernel: 'lanczos3' })), 224, 224);
  const { factor, area, box, ...reduced } = reduction(rgb, { width: 224, height: 224 }, { filter: 'lanczos', gap: 2 });
  const between = image('RGB;24', reduced.width, reduced.height);
  return [
    {
      name: 'tensor RGB, CHW, float32',
      ours: () => toTensor(rgb, numbers, 0, height, { mean, std }),
      sharp: async () => planes(await raw(sharpOn(rgb)), width, height),
    },
    {
      name: 'tensor RGB, HWC, float32',
      ours: () => toTensor(rgb, numbers, 0, height, { mean, std, layout: 'hwc' }),
      sharp: async () => interleaved(await raw(sharpOn(rgb)), width, height),
    },
    ...['fast', 'exact'].map((precision) => ({
      name: `resize RGB to 224x224 and tensor, ${precision}`,
      ours: () => tensor(rgb, { precision }),
      sharp: sharpTensor,
    })),
    {
      // libvips does so by itself.
      name: 'resize RGB to 224x224, gap 2, and tensor',
      ours: () => {
        reduce(rgb, between, 0, between.height, factor, area);
        tensor(between, { box });
      },
      sharp: sharpTensor,
    },
    { name: 'histogram RGB', ours: () => histogram(rgb, 0, height), pillow: 'rgb.histogram()' },
    { name: 'histogram L', ours: () => histogram(l, 0, height), pillow: 'l.histogram()' },
    {
      name: 'statistics RGB',
      ours: () => statistics(histogram(rgb, 0, height)),
      sharp: () => sharpOn(rgb).stats(),
      pillow: '[getattr(ImageStat.Stat(rgb), name) for name in ("extrema", "mean", "stddev", "median")]',
    },
    { name: 'extrema RGB', ours: () => extrema(rgb, 0, height), pillow: 'rgb.getextrema()' },
    { name: 'extrema L', ours: () => extrema(l, 0, height), pillow: 'l.getextrema()' },
    { name: 'equalize RGB', ours: () => equalize(rgb, like.rgb, 0, height), pillow: 'ImageOps.equalize(rgb)' },
    {
      name: 'autocontrast RGB (sharp: normalise)',
      ours: () => autocontrast(rgb, like.rgb, 0, height),
      sharp: () => raw(sharpOn(rgb).normalise({ lower: 0, upper: 100 })),
      pillow: 'ImageOps.autocontrast(rgb)',
    },
    {
      name: 'autocontrast RGB, 1 percent (sharp: normalise)',
      ours: () => autocontrast(rgb, like.rgb, 0, height, { cutoff: 1 }),
      sharp: () => raw(sharpOn(rgb).normalise({ lower: 1, upper: 99 })),
      pillow: 'ImageOps.autocontrast(rgb, 1)',
    },
    {
      name: 'CLAHE L, 8x8 tiles (sharp: a window of that size)',
      ours: () => clahe(l, like.l, 0, height, { limit: 3 }),
      sharp: () => raw(sharpOn(l).clahe({ width: width >> 3, height: height >> 3, maxSlope: 3 })),
    },
    { name: 'CLAHE RGB, 8x8 tiles', ours: () => clahe(rgb, like.rgb, 0, height, { limit: 3 }) },
    {
      name: 'trim RGB, the box only (sharp: and cut)',
      ours: () => trimBox(framed, 0, height),
      sharp: () => raw(sharpOn(framed).trim({ lineArt: true })),
    },
    {
      name: 'getBbox of an empty RGB',
      prepare: () => fill(framed, 0, height, [0, 0, 0]),
      ours: () => getBbox(framed, 0, height),
      pillow: 'empty.getbbox()',
    },
    { name: 'getBbox RGBA', ours: () => getBbox(rgba, 0, height), pillow: 'rgba.getbbox()' },
  ];
}

/** What one writes by hand behind sharp. */
function planes(pixels, width, height) {
  const size = width * height;
  const out = new Float32Array(3 * size);
  for (let i = 0, p = 0; i < size; i++, p += 3) {
    out[i] = (pixels[p] / 255 - mean[0]) / std[0];
    out[size + i] = (pixels[p + 1] / 255 - mean[1]) / std[1];
    out[2 * size + i] = (pixels[p + 2] / 255 - mean[2]) / std[2];
  }
  return out;
}

function interleaved(pixels, width, height) {
  const out = new Float32Array(3 * width * height);
  for (let p = 0; p < out.length; p += 3) {
    out[p] = (pixels[p] / 255 - mean[0]) / std[0];
    out[p + 1] = (pixels[p + 1] / 255 - mean[1]) / std[1];
    out[p + 2] = (pixels[p + 2] / 255 - mean[2]) / std[2];
  }
  return out;
}
