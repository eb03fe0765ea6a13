/** Steps that change each pixel by itself, or by what the whole image has. */
import { LIGHT_MODES, PIPELINE_MODES, type PipelineMode } from '@sharena/pipeline';
import { type Colour, readNumber, readNumbers } from '../options.ts';
import { listed } from '../values.ts';
import type { Operation } from './operation.ts';
import { BACKGROUND } from './settings.ts';

/** All of them. */
export const COLOURS: readonly Operation[] = [
  { flags: '--grayscale', help: 'make grey levels of colours', step: () => (plan) => plan.grayscale() },
  {
    flags: '--convert <mode>',
    help: `convert to a mode: ${listed(PIPELINE_MODES)}; 16 bits (I;16), integers (I) and floats (F) from L`,
    values: PIPELINE_MODES,
    // The name of the mode is checked with the plan.
    step: (text) => (plan) => plan.convert(text as PipelineMode),
  },
  {
    flags: '--to-linear-light [mode]',
    help: `make twice the number of twice the light; bytes of bytes, or ${LIGHT_MODES.join(' or ')} of L`,
    values: LIGHT_MODES,
    implied: '',
    // The name of the mode is checked with the plan.
    step: (text) => (plan) => plan.toLinearLight(text === '' ? undefined : (text as (typeof LIGHT_MODES)[number])),
  },
  {
    flags: '--from-linear-light',
    help: 'go back to what is stored as sRGB has it; I;16 and F become L',
    step: () => (plan) => plan.fromLinearLight(),
  },
  {
    flags: '--flatten',
    help: 'put a colour behind what is transparent, for formats without alpha',
    settings: { background: BACKGROUND },
    step:
      () =>
      (plan, { background }) =>
        plan.flatten(background as Colour | undefined),
  },
  {
    flags: '--brightness <factor>',
    help: 'make colours brighter (above 1) or darker (below)',
    step: (text) => {
      const factor = readNumber('--brightness', text);
      return (plan) => plan.brightness(factor);
    },
  },
  {
    flags: '--contrast <factor>',
    help: 'move colours away from the middle grey (above 1) or towards it (below)',
    step: (text) => {
      const factor = readNumber('--contrast', text);
      return (plan) => plan.contrast(factor);
    },
  },
  {
    flags: '--linear <a,b>',
    help: 'multiply colours by a and add b',
    step: (text) => {
      const [scale, offset = 0] = readNumbers('--linear', text, [1, 2]);
      return (plan) => plan.linear(scale, offset);
    },
  },
  { flags: '--negate', help: 'make every colour its opposite', step: () => (plan) => plan.negate() },
  {
    flags: '--threshold <least>',
    help: 'make colours white from this value on, 0 to 255, and black below',
    step: (text) => {
      const least = readNumber('--threshold', text);
      return (plan) => plan.threshold(least);
    },
  },
  {
    flags: '--gamma <gamma>',
    help: 'make the middle tones lighter (above 1) or darker (below)',
    step: (text) => {
      const gamma = readNumber('--gamma', text);
      return (plan) => plan.gamma(gamma);
    },
  },
  {
    flags: '--saturation <amount>',
    help: 'make colours stronger (above 1) or weaker (below)',
    step: (text) => {
      const amount = readNumber('--saturation', text);
      return (plan) => plan.saturation(amount);
    },
  },
  {
    flags: '--recolour <matrix>',
    help: 'make colours sums of colours: 12 numbers, 4 for each of red, green and blue',
    step: (text) => {
      const matrix = readNumbers('--recolour', text);
      return (plan) => plan.recolour(matrix);
    },
  },
  {
    flags: '--point <table>',
    help: 'look colours up in a table of 256 numbers',
    step: (text) => {
      const table = readNumbers('--point', text);
      return (plan) => plan.point(table);
    },
  },
  {
    flags: '--equalize',
    help: 'make the values of each colour about as frequent as each other',
    step: () => (plan) => plan.equalize(),
  },
  {
    flags: '--autocontrast',
    help: 'stretch the values of each colour from 0 to 255',
    settings: {
      cutoff: {
        flags: '--cutoff <percent>',
        help: 'how many pixels are cut off at both ends, 0 to 100, or 2,5 at the dark and the bright one (default: 0)',
        read: (text) => {
          const [dark, bright = dark] = readNumbers('--cutoff', text, [1, 2]);
          return [dark, bright];
        },
      },
      ignore: {
        flags: '--ignore <values>',
        help: 'values that are not counted, 0 to 255, with commas between them (default: none)',
        read: (text) => readNumbers('--ignore', text),
      },
      preserveTone: { flags: '--preserve-tone', help: 'stretch all colours alike', read: () => true },
    },
    step: () => (plan, settings) => plan.autocontrast(settings),
  },
  {
    flags: '--clahe',
    help: 'stretch the contrast of every region by itself, within a limit',
    settings: {
      tiles: {
        flags: '--tiles <across,down>',
        help: 'how many regions, 1 to 64 each (default: 8,8)',
        read: (text) => readNumbers('--tiles', text, [2]),
      },
      limit: {
        flags: '--limit <times>',
        help: 'how much more than its even share a value may count in a region, 0 (no limit) to 256 (default: 40)',
        read: (text) => readNumber('--limit', text),
      },
    },
    step: () => (plan, settings) => plan.clahe(settings),
  },
];
