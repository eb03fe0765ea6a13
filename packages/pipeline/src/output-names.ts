/** What the outputs of a plan may say, and the options in them. */
import type { TensorOptions } from '@sharena/kernels';
import type { Names } from './names.ts';
import type { Branch, EncodeOptions, Format, Output } from './outputs.ts';

/** What each output says. */
export const OUTPUT_NAMES: {
  readonly [Kind in Output['kind']]: Names<Omit<Extract<Output, { readonly kind: Kind }>, 'input'>>;
} = {
  image: { kind: true },
  encode: { kind: true, format: true, options: true },
  tensor: { kind: true, type: true, options: true },
  branches: { kind: true, branches: true },
};

/** What a branch says. */
export const BRANCH_NAMES: Names<Branch> = { name: true, plan: true };

/** The options of a tensor. */
export const TENSOR_NAMES: Names<TensorOptions> = { layout: true, order: true, scale: true, mean: true, std: true };

const loops = { loop: true, delay: true } as const;

/** The options of each encoder: those of sharp. */
export const ENCODER_NAMES: { readonly [F in Format]: Names<EncodeOptions<F>> } = {
  jpeg: {
    metadata: true,
    quality: true,
    progressive: true,
    chromaSubsampling: true,
    trellisQuantisation: true,
    overshootDeringing: true,
    optimiseScans: true,
    optimizeScans: true,
    optimiseCoding: true,
    optimizeCoding: true,
    quantisationTable: true,
    quantizationTable: true,
    mozjpeg: true,
  },
  png: {
    metadata: true,
    progressive: true,
    compressionLevel: true,
    adaptiveFiltering: true,
    quality: true,
    effort: true,
    palette: true,
    colours: true,
    colors: true,
    dither: true,
  },
  webp: {
    metadata: true,
    quality: true,
    alphaQuality: true,
    lossless: true,
    nearLossless: true,
    smartSubsample: true,
    smartDeblock: true,
    effort: true,
    minSize: true,
    mixed: true,
    preset: true,
    exact: true,
    ...loops,
  },
  avif: {
    metadata: true,
    quality: true,
    lossless: true,
    effort: true,
    chromaSubsampling: true,
    bitdepth: true,
    tune: true,
  },
  gif: {
    metadata: true,
    reuse: true,
    progressive: true,
    colours: true,
    colors: true,
    effort: true,
    dither: true,
    interFrameMaxError: true,
    interPaletteMaxError: true,
    keepDuplicateFrames: true,
    ...loops,
  },
  tiff: {
    metadata: true,
    quality: true,
    compression: true,
    bigtiff: true,
    predictor: true,
    pyramid: true,
    tile: true,
    tileWidth: true,
    tileHeight: true,
    xres: true,
    yres: true,
    bitdepth: true,
    miniswhite: true,
    resolutionUnit: true,
  },
};
