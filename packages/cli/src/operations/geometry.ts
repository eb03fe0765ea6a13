/** Steps that change the size of an image, or where its pixels lie. */
import { fits } from '@sharena/kernels';
import type { ResizeOptions, RotateOptions, TransformOptions } from '@sharena/pipeline';
import { type Colour, readNumber, readNumbers, readPoint, readRectangle, readSize, readWhole } from '../options.ts';
import { listed } from '../values.ts';
import type { Operation, Setting } from './operation.ts';
import { BACKGROUND, FILTER, MOVE, PRECISION, TOLERANCE } from './settings.ts';

const SIZE: Setting = {
  flags: '--size <WxH>',
  help: 'size of the result in pixels (default: that of the image)',
  read: (text) => readSize('--size', text),
};

const TRANSFORM = { size: SIZE, filter: FILTER, precision: PRECISION, background: BACKGROUND };

/** Settings of a transform, as the plan has them. */
function transformOptions({ size, ...rest }: Readonly<Record<string, unknown>>): TransformOptions {
  return { ...(size as object | undefined), ...rest };
}

/** All of them. */
export const GEOMETRY: readonly Operation[] = [
  {
    flags: '--resize <WxH>',
    help: 'scale to a size in pixels; 800x or x600: the other side follows',
    settings: {
      fit: {
        flags: '--fit <how>',
        help: `how the image goes into the size: ${listed(fits, 'cover')}`,
        values: fits,
        read: (text) => text,
      },
      filter: FILTER,
      precision: PRECISION,
      reducingGap: {
        flags: '--reducing-gap <times>',
        help: 'reduce pixels by whole numbers first, and leave the resize at least so many times to go: 2 or 3 (default: none)',
        read: (text) => readNumber('--reducing-gap', text),
      },
      background: BACKGROUND,
    },
    step: (text) => {
      const { width, height } = readSize('--resize', text);
      // The names of fit, filter and precision are checked with the plan.
      return (plan, settings) => plan.resize(width, height, settings as ResizeOptions);
    },
  },
  {
    flags: '--reduce <times>',
    help: 'make so many columns and rows one, whose pixels are means: 2, or 4,2 for columns and rows',
    step: (text) => {
      const [across, down] = readNumbers('--reduce', text, [1, 2]);
      return (plan) => plan.reduce(across, down);
    },
  },
  {
    flags: '--crop <WxH+X+Y>',
    help: 'keep a rectangle: its size, and the columns left of it and the rows above it',
    step: (text) => {
      const { x, y, width, height } = readRectangle('--crop', text);
      return (plan) => plan.crop(x, y, width, height);
    },
  },
  {
    flags: '--extend <pixels>',
    help: 'put a border around the image: one number for all sides, or top,right,bottom,left',
    settings: { background: BACKGROUND },
    step: (text) => {
      const [top, right = top, bottom = top, left = top] = readNumbers('--extend', text, [1, 4]);
      return (plan, { background }) => plan.extend({ top, right, bottom, left }, background as Colour | undefined);
    },
  },
  {
    flags: '--trim',
    help: 'cut a border of one colour off',
    settings: { background: BACKGROUND, threshold: TOLERANCE },
    step: () => (plan, settings) => plan.trim(settings),
  },
  { flags: '--flip', help: 'turn upside down', step: () => (plan) => plan.flip() },
  { flags: '--flop', help: 'mirror from left to right', step: () => (plan) => plan.flop() },
  {
    flags: '--rotate90 [turns]',
    help: 'turn clockwise by 1 (default), 2 or 3 quarters',
    values: ['1', '2', '3'],
    implied: '1',
    step: (text) => {
      const turns = readWhole('--rotate90', text, 1, 3) as 1 | 2 | 3;
      return (plan) => plan.rotate90(turns);
    },
  },
  {
    flags: '--rotate <degrees>',
    help: 'turn clockwise by any angle; the result grows to hold all of the image',
    settings: {
      expand: { flags: '--no-expand', help: 'keep the size, and lose the corners', read: () => false },
      centre: {
        flags: '--centre <x,y>',
        help: 'the point around which it is turned, in pixels (default: the middle)',
        read: (text) => readPoint('--centre', text),
      },
      translate: MOVE,
      filter: FILTER,
      precision: PRECISION,
      background: BACKGROUND,
    },
    step: (text) => {
      const angle = readNumber('--rotate', text);
      return (plan, settings) => plan.rotate(angle, settings as RotateOptions);
    },
  },
  {
    flags: '--affine <matrix>',
    help: 'take the pixel at x,y from a0*x+a1*y+a2, a3*x+a4*y+a5: 6 numbers',
    settings: TRANSFORM,
    step: (text) => {
      const matrix = readNumbers('--affine', text);
      return (plan, settings) => plan.affine(matrix, transformOptions(settings));
    },
  },
  {
    flags: '--perspective <matrix>',
    help: 'as --affine, with both divided by a6*x+a7*y+1: 8 numbers',
    settings: TRANSFORM,
    step: (text) => {
      const matrix = readNumbers('--perspective', text);
      return (plan, settings) => plan.perspective(matrix, transformOptions(settings));
    },
  },
  {
    flags: '--orient <n>',
    help: 'make upright what has this EXIF orientation, 1 to 8; what a file itself says is done already',
    values: ['1', '2', '3', '4', '5', '6', '7', '8'],
    step: (text) => {
      const orientation = readWhole('--orient', text, 1, 8) as 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;
      return (plan) => plan.orient(orientation);
    },
  },
];
