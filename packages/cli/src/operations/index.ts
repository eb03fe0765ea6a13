/** Operations: the steps that the command line knows, one entry for each option, and their settings. */
import { COLOURS } from './colours.ts';
import { GEOMETRY } from './geometry.ts';
import { JOINS } from './joins.ts';
import { NEIGHBOURS } from './neighbours.ts';
import { nameOf, type Operation, type Setting } from './operation.ts';
import { OWN } from './own.ts';

/** All operations. */
export const OPERATIONS: readonly Operation[] = [...GEOMETRY, ...COLOURS, ...NEIGHBOURS, ...JOINS, ...OWN];

/** All settings, each once. */
export const SETTINGS: readonly Setting[] = [
  ...new Set(OPERATIONS.flatMap(({ settings = {} }) => Object.values(settings))),
];

/** The options of the steps that know a setting: `--map, --map-wasm`. */
export function stepsWith(setting: Setting): string[] {
  return OPERATIONS.filter((each) => keyOf(setting, each) !== undefined).map((each) => `--${nameOf(each)}`);
}

/** The name that an operation knows a setting by, if it does. */
export function keyOf(setting: Setting, { settings = {} }: Operation): string | undefined {
  return Object.keys(settings).find((key) => settings[key] === setting);
}
