/** Steps that make each pixel of those around it. */
import type { BlurOptions, ConvolveOptions, UnsharpOptions } from '@sharena/kernels';
import type { PipelineBuilder } from '@sharena/pipeline';
import { readNumber, readNumbers } from '../options.ts';
import type { Operation } from './operation.ts';
import { PRECISION, TOLERANCE } from './settings.ts';

/** All of them. */
export const NEIGHBOURS: readonly Operation[] = [
  {
    flags: '--blur <sigma>',
    help: 'blur with a Gaussian of this standard deviation in pixels, 0 to 1000',
    settings: { precision: PRECISION },
    step: (text) => {
      const sigma = readNumber('--blur', text);
      return (plan, settings) => plan.blur(sigma, settings as BlurOptions);
    },
  },
  {
    flags: '--box-blur <radius>',
    help: 'make each pixel the mean of a square that reaches so many pixels to each side, 0 to 1000',
    step: (text) => {
      const radius = readNumber('--box-blur', text);
      return (plan) => plan.boxBlur(radius);
    },
  },
  {
    flags: '--sharpen <sigma>',
    help: 'sharpen with an unsharp mask of this standard deviation in pixels',
    settings: {
      percent: {
        flags: '--percent <n>',
        help: 'how much of the difference is added (default: 150)',
        read: (text) => readNumber('--percent', text),
      },
      threshold: TOLERANCE,
    },
    step: (text) => {
      const sigma = readNumber('--sharpen', text);
      return (plan, settings) => plan.sharpen({ sigma, ...(settings as UnsharpOptions) });
    },
  },
  {
    flags: '--convolve <weights>',
    help: 'sum each pixel and its neighbours by 9 or 25 weights, row by row: 0,-1,0,-1,5,-1,0,-1,0',
    settings: {
      scale: {
        flags: '--scale <n>',
        help: 'by which sums are divided (default: the sum of the weights, or 1)',
        read: (text) => readNumber('--scale', text),
      },
      offset: {
        flags: '--offset <n>',
        help: 'what is added to sums (default: 0)',
        read: (text) => readNumber('--offset', text),
      },
    },
    step: (text) => {
      const weights = readNumbers('--convolve', text);
      return (plan, settings) => plan.convolve(weights, settings as ConvolveOptions);
    },
  },
  rank('median', 'make each value the median of a square of so many rows, 3, 5, …: specks vanish, edges stay'),
  rank('minimum', 'make each value the smallest of a square of so many rows: dark areas grow'),
  rank('maximum', 'make each value the largest of a square of so many rows: bright areas grow'),
];

function rank(name: 'median' | 'minimum' | 'maximum', help: string): Operation {
  return {
    flags: `--${name} <size>`,
    help,
    step: (text) => {
      const size = readNumber(`--${name}`, text);
      return (plan: PipelineBuilder) => plan[name](size);
    },
  };
}
