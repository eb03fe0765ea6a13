/** Steps that join a second image to the image: its path is its name among the inputs of the run. */
import type { Combination } from '@sharena/kernels';
import type { CompositeOptions } from '@sharena/pipeline';
import { COLOUR_NAMES, type Colour, readColour, readFile, readNumber, readPoint } from '../options.ts';
import { listed } from '../values.ts';
import { needed, type Operation } from './operation.ts';
import { MODE, MOVE } from './settings.ts';

const POSITIONS: readonly (CompositeOptions['position'] & string)[] = [
  'northwest',
  'north',
  'northeast',
  'west',
  'centre',
  'east',
  'southwest',
  'south',
  'southeast',
];

/** All of them. */
export const JOINS: readonly Operation[] = [
  {
    flags: '--composite <image>',
    help: 'draw another image over the image: a watermark',
    values: 'file',
    settings: {
      position: {
        flags: '--position <where>',
        help: `where it lies: ${listed(POSITIONS, 'northwest')}, or two fractions of the free space: 0.5,0.9`,
        values: POSITIONS,
        read: (text) => (text.includes(',') ? readPoint('--position', text) : text),
      },
      mode: MODE,
      move: MOVE,
    },
    step: (text, { cwd }) => {
      const path = readFile('--composite', text, cwd);
      // The names of position and mode are checked with the plan.
      return (plan, { move, ...settings }) => plan.composite(path, { ...settings, ...place(move) } as CompositeOptions);
    },
  },
  {
    flags: '--blend <image>',
    help: 'mix another image of the same size and mode into the image',
    values: 'file',
    settings: {
      amount: {
        flags: '--amount <n>',
        help: 'how much of the other image: 0 is none, 1 is all (required)',
        read: (text) => readNumber('--amount', text),
      },
    },
    step: (text, { cwd }) => {
      const path = readFile('--blend', text, cwd);
      return (plan, { amount }) => plan.blend(path, needed<number>(amount, '--blend', '--amount'));
    },
  },
  {
    flags: '--combine <image>',
    help: 'combine each value with that of another image of the same size and mode; --mode says how (required)',
    values: 'file',
    settings: { mode: MODE },
    step: (text, { cwd }) => {
      const path = readFile('--combine', text, cwd);
      return (plan, { mode }) => plan.combine(path, needed<Combination>(mode, '--combine', '--mode'));
    },
  },
  {
    flags: '--paint <mask>',
    help: 'paint with a colour through a mask: a grey image, or the alpha of another one',
    values: 'file',
    settings: {
      colour: {
        flags: '--colour <colour>',
        help: 'what it paints with, as --background (required)',
        values: COLOUR_NAMES,
        read: (text) => readColour('--colour', text),
      },
      move: MOVE,
    },
    step: (text, { cwd }) => {
      const path = readFile('--paint', text, cwd);
      return (plan, { colour, move }) => plan.paint(path, needed<Colour>(colour, '--paint', '--colour'), place(move));
    },
  },
];

function place(move: unknown): { readonly x?: number; readonly y?: number } {
  if (move === undefined) return {};
  const [x, y] = move as readonly [number, number];
  return { x, y };
}
