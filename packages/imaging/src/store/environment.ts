/**
 * Settings from the environment, read once, by the thread that makes the store: `SHARENA_ALIGNMENT`, `SHARENA_BLOCK_SIZE`,
 * `SHARENA_BLOCKS_MAX`; where one is missing, its `PILLOW_` spelling.
 *
 * Values are read as Pillow reads them (Image.py, _apply_env_variables): what Python's int() takes, with a `k` or `m` behind it, and
 * both: `2mk` is 2 MiB. What cannot be read, or is out of bounds, is a warning that names the variable, and changes nothing.
 */
import { checkSetting, type Setting } from './settings.ts';

const VARIABLES: readonly (readonly [name: string, setting: Setting])[] = Object.freeze([
  ['ALIGNMENT', 'alignment'],
  ['BLOCK_SIZE', 'blockSize'],
  ['BLOCKS_MAX', 'blocksMax'],
]);

/** What Python's int() takes of decimal numbers: white space around, a sign, single underscores between digits. */
const INTEGER = /^\s*[+-]?\d+(?:_\d+)*\s*$/;

/** Calls `set` with every setting of `env` that is right, and `warn` with a text about every other. */
export function readEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  set: (setting: Setting, value: number) => void,
  warn: (text: string) => void,
): void {
  for (const [suffix, setting] of VARIABLES) {
    const name = [`SHARENA_${suffix}`, `PILLOW_${suffix}`].find((each) => env[each] !== undefined);
    const text = name && env[name];
    if (text === undefined) continue;
    const value = parseCount(text);
    if (value === undefined) {
      warn(`${name} is not int`);
      continue;
    }
    try {
      checkSetting(setting, value);
      set(setting, value);
    } catch (error) {
      warn(`${name}: ${(error as Error).message}`);
    }
  }
}

/** The number of a text, or undefined when it is none. */
export function parseCount(text: string): number | undefined {
  let digits = text.toLowerCase();
  let unit = 1;
  if (digits.endsWith('k')) [digits, unit] = [digits.slice(0, -1), 2 ** 10];
  if (digits.endsWith('m')) [digits, unit] = [digits.slice(0, -1), 2 ** 20];
  return INTEGER.test(digits) ? Number(digits.replaceAll('_', '')) * unit : undefined;
}
