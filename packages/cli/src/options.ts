/** The values of options: text to what it means, or a usage error that says what was expected. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from './errors.ts';

/** Red, green, blue and alpha, 0 to 255. */
export type Colour = readonly [number, number, number, number];

const NAMED: Readonly<Record<string, Colour>> = {
  black: [0, 0, 0, 255],
  white: [255, 255, 255, 255],
  transparent: [0, 0, 0, 0],
};

/** The names of colours. */
export const COLOUR_NAMES: readonly string[] = Object.keys(NAMED);

/** A whole number from `least` to `most`. */
export function readWhole(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw wrong(option, `a whole number from ${least} to ${most}`, text);
}

/** A number. */
export function readNumber(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw wrong(option, 'a number', text);
}

/** Numbers, with commas or spaces between them. @param counts - how many there may be; without it, any number */
export function readNumbers(option: string, text: string, counts: readonly number[] = []): number[] {
  const parts = text.split(/[,\s]+/).filter((part) => part !== '');
  const numbers = parts.map(Number);
  const isCount = counts.length === 0 ? numbers.length > 0 : counts.includes(numbers.length);
  if (isCount && numbers.every(Number.isFinite)) return numbers;
  const what = counts.length === 0 ? 'numbers' : `${counts.join(' or ')} numbers`;
  throw wrong(option, `${what} with commas between them`, text);
}

/** `x,y`. */
export function readPoint(option: string, text: string): [x: number, y: number] {
  const [x, y] = readNumbers(option, text, [2]);
  return [x, y];
}

/** The absolute path of a file that is there. */
export function readFile(option: string, text: string, cwd: string): string {
  const path = resolve(cwd, text);
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
  throw new UsageError(`${option}: there is no file ${path}`);
}

/** Some of `choices`, each once, with commas between them. */
export function readChoices<T extends string>(option: string, text: string, choices: readonly T[]): T[] {
  const parts = [...new Set(text.split(','))];
  if (parts.every((part): part is T => (choices as readonly string[]).includes(part))) return parts;
  throw wrong(option, `of ${choices.join(', ')}, with commas between them`, text);
}

/** `800x600`, or `800x` and `x600`, where the other side follows. */
export function readSize(option: string, text: string): { width: number | undefined; height: number | undefined } {
  const [, width, height] = /^(\d*)x(\d*)$/i.exec(text) ?? [];
  if (!width && !height) throw wrong(option, 'WIDTHxHEIGHT, WIDTHx or xHEIGHT, such as 800x600', text);
  return { width: width ? Number(width) : undefined, height: height ? Number(height) : undefined };
}

/** `800x600+20+10`: a size, and where its upper left corner is. */
export function readRectangle(option: string, text: string): { x: number; y: number; width: number; height: number } {
  const found = /^(\d+)x(\d+)\+(\d+)\+(\d+)$/i.exec(text);
  if (!found) throw wrong(option, 'WIDTHxHEIGHT+X+Y, such as 800x600+20+10', text);
  const [width, height, x, y] = found.slice(1).map(Number);
  return { x, y, width, height };
}

/** `#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa`, `r,g,b`, `r,g,b,a`, or a name. */
export function readColour(option: string, text: string): Colour {
  const colour = NAMED[text.toLowerCase()] ?? fromHex(text) ?? fromList(text);
  if (colour) return colour;
  throw wrong(option, `a colour: ${COLOUR_NAMES.join(', ')}, #rrggbb, #rrggbbaa or r,g,b[,a]`, text);
}

/** Any JSON. */
export function readJson(option: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${option} should be JSON, got ${text}: ${(error as Error).message}`);
  }
}

/** The URL of a module: a path, or a `file:` or `data:` URL. */
export function readModule(option: string, text: string, cwd: string): URL {
  if (/^(file|data):/.test(text) && URL.canParse(text)) return new URL(text);
  const path = resolve(cwd, text);
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return pathToFileURL(path);
  throw new UsageError(`${option}: there is no module ${path}`);
}

/** The error of a value that is not what it should be. */
function wrong(option: string, expected: string, got: string): UsageError {
  return new UsageError(`${option} should be ${expected}, got ${JSON.stringify(got)}`);
}

function fromHex(text: string): Colour | undefined {
  const digits = /^#([\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/i.exec(text)?.[1];
  if (digits === undefined) return undefined;
  const width = digits.length <= 4 ? 1 : 2;
  const byte = (index: number): number => {
    const part = digits.slice(index * width, (index + 1) * width);
    return part === '' ? 255 : Number.parseInt(part.repeat(3 - width), 16);
  };
  return [byte(0), byte(1), byte(2), byte(3)];
}

function fromList(text: string): Colour | undefined {
  if (!/^\d{1,3}(,\d{1,3}){2,3}$/.test(text)) return undefined;
  const [r, g, b, a = 255] = text.split(',').map(Number);
  return Math.max(r, g, b, a) <= 255 ? [r, g, b, a] : undefined;
}
