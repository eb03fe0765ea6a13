/** The names of the options that methods of the builder take. */
import type { AutocontrastOptions, BlurOptions, ConvolveOptions, UnsharpOptions } from '@sharena/kernels';
import type { Names } from '../names.ts';
import type { ClaheStep, TrimStep } from '../steps/surveys.ts';
import type {
  Border,
  CompositeOptions,
  MapOptions,
  MapWasmOptions,
  ResizeOptions,
  RotateOptions,
  TransformOptions,
} from './options.ts';

/** What each method takes. */
interface Options {
  readonly resize: ResizeOptions;
  readonly rotate: RotateOptions;
  readonly affine: TransformOptions;
  readonly perspective: TransformOptions;
  readonly extend: Border;
  readonly blur: BlurOptions;
  readonly sharpen: UnsharpOptions;
  readonly convolve: ConvolveOptions;
  readonly autocontrast: AutocontrastOptions & { readonly preserveTone?: boolean };
  readonly clahe: Pick<ClaheStep, 'tiles' | 'limit'>;
  readonly trim: Pick<TrimStep, 'background' | 'threshold'>;
  readonly composite: CompositeOptions;
  readonly paint: { readonly x?: number; readonly y?: number };
  readonly map: MapOptions;
  readonly mapWasm: MapWasmOptions;
}

const weighed = { filter: true, precision: true, background: true } as const;
const transformed = { ...weighed, width: true, height: true } as const;

/** For each method the names of its options. */
export const OPTION_NAMES: { readonly [Method in keyof Options]: Names<Options[Method]> } = {
  resize: { fit: true, reducingGap: true, ...weighed },
  rotate: { expand: true, centre: true, translate: true, ...weighed },
  affine: transformed,
  perspective: transformed,
  extend: { top: true, right: true, bottom: true, left: true },
  blur: { precision: true },
  sharpen: { sigma: true, percent: true, threshold: true },
  convolve: { scale: true, offset: true },
  autocontrast: { cutoff: true, ignore: true, preserveTone: true },
  clahe: { tiles: true, limit: true },
  trim: { background: true, threshold: true },
  composite: { mode: true, position: true, x: true, y: true },
  paint: { x: true, y: true },
  map: { halo: true },
  mapWasm: { params: true, halo: true },
};
