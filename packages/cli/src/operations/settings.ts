/** Settings that several steps know. What a name means is checked with the plan, which knows for which step it is. */
import { blendModes, combinations, filters, warpFilters } from '@sharena/kernels';
import type { ResizeOptions } from '@sharena/pipeline';
import { COLOUR_NAMES, readColour, readJson, readNumber, readPoint } from '../options.ts';
import { listed } from '../values.ts';
import type { Setting } from './operation.ts';

const PRECISIONS: readonly NonNullable<ResizeOptions['precision']>[] = ['exact', 'fast'];

export const FILTER: Setting = {
  flags: '--filter <name>',
  help: `how pixels are made: ${listed(filters)}; lanczos is the default of --resize, bilinear that of the others, which have ${listed(warpFilters)}`,
  values: filters,
  read: (text) => text,
};

export const PRECISION: Setting = {
  flags: '--precision <how>',
  help: `${listed(PRECISIONS, 'exact')}: fast may differ a little, and takes less time`,
  values: PRECISIONS,
  read: (text) => text,
};

export const BACKGROUND: Setting = {
  flags: '--background <colour>',
  help: 'what the image leaves free: black (default), white, transparent, #rrggbb[aa] or r,g,b[,a]; of --trim, the border (default: as the first pixel)',
  values: COLOUR_NAMES,
  read: (text) => readColour('--background', text),
};

export const TOLERANCE: Setting = {
  flags: '--tolerance <n>',
  help: 'up to which difference, 0 to 255, --sharpen leaves a value alone (default: 3), or --trim takes it for the border (default: 10)',
  read: (text) => readNumber('--tolerance', text),
};

export const MODE: Setting = {
  flags: '--mode <name>',
  help: `how --composite draws: ${listed(blendModes, 'over')}; what --combine does: ${listed(combinations)}`,
  values: [...new Set<string>([...blendModes, ...combinations])],
  read: (text) => text,
};

export const MOVE: Setting = {
  flags: '--move <x,y>',
  help: 'columns to the right and rows down, from where it would lie (default: 0,0)',
  read: (text) => readPoint('--move', text),
};

export const PARAMS: Setting = {
  flags: '--params <json>',
  help: 'second argument of the function of --map; a list of numbers for that of --map-wasm',
  read: (text) => readJson('--params', text),
};

export const HALO: Setting = {
  flags: '--halo <rows>',
  help: 'how many rows above and below its own the function sees, 0 to 1024 (default: 0)',
  read: (text) => readNumber('--halo', text),
};
