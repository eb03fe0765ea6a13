/**
 * Every method of the builder as an option: it makes the same plan, and the built program the same bytes. A start of the program takes a second,
 * so it gets the cases of a chain in one command line.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PipelineBuilder, pipeline, Runtime } from '@sharena/pipeline';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATIONS, SETTINGS } from '../src/operations/index.ts';
import { nameOf } from '../src/operations/operation.ts';
import { addSteps, type Given } from '../src/steps.ts';
import { cli, fill, makeFolder } from './helpers.ts';

/** What a case calls the paths of the second images and the URLs of the modules by. */
interface Places {
  readonly same: string;
  readonly mark: string;
  readonly mask: string;
  readonly map: URL;
  readonly wasm: URL;
}

type Case = readonly [args: string, build: (plan: PipelineBuilder, places: Places) => PipelineBuilder];

const WHITE = [255, 255, 255, 255] as const;
const TINT = [10, 20, 30, 128] as const;
const SHARPER = [0, -1, 0, -1, 6, -1, 0, -1, 0];
const TABLE = Array.from({ length: 256 }, (_, value) => (value * 7) % 256);
const SEPIA = [0.4, 0.7, 0.2, 0, 0.3, 0.6, 0.2, 0, 0.3, 0.5, 0.1, 4];

/** Cases that a command line can have one after the other: sizes and modes that a later one needs are there. */
const CHAINS: Readonly<Record<string, readonly Case[]>> = {
  'second images and own functions': [
    ['--composite mark.png', (plan, { mark }) => plan.composite(mark)],
    [
      '--composite mark.png --position southeast --move -2,-1 --mode multiply',
      (plan, { mark }) => plan.composite(mark, { position: 'southeast', x: -2, y: -1, mode: 'multiply' }),
    ],
    ['--composite mark.png --position 0.5,1', (plan, { mark }) => plan.composite(mark, { position: [0.5, 1] })],
    ['--blend same.png --amount 0.25', (plan, { same }) => plan.blend(same, 0.25)],
    ['--combine same.png --mode difference', (plan, { same }) => plan.combine(same, 'difference')],
    ['--paint mask.png --colour 10,20,30,128', (plan, { mask }) => plan.paint(mask, TINT)],
    ['--paint mask.png --colour white --move 3,-2', (plan, { mask }) => plan.paint(mask, WHITE, { x: 3, y: -2 })],
    ['--map op.mjs --params {"by":9}', (plan, { map }) => plan.map(map, { by: 9 })],
    ['--map op.mjs --params {"by":9} --halo 2', (plan, { map }) => plan.map(map, { by: 9 }, { halo: 2 })],
    ['--map-wasm op.wasm:add --params [7]', (plan, { wasm }) => plan.mapWasm(wasm, 'add', { params: [7] })],
    [
      '--map-wasm op.wasm:add --params [7] --halo 1',
      (plan, { wasm }) => plan.mapWasm(wasm, 'add', { params: [7], halo: 1 }),
    ],
  ],
  'places and sizes': [
    ['--crop 10x8+3+2', (plan) => plan.crop(3, 2, 10, 8)],
    ['--extend 3', (plan) => plan.extend(3)],
    [
      '--extend 1,2,3,4 --background 10,20,30,128',
      (plan) => plan.extend({ top: 1, right: 2, bottom: 3, left: 4 }, TINT),
    ],
    ['--trim', (plan) => plan.trim()],
    ['--trim --background white --tolerance 40', (plan) => plan.trim({ background: WHITE, threshold: 40 })],
    ['--flip', (plan) => plan.flip()],
    ['--flop', (plan) => plan.flop()],
    ['--rotate90 3', (plan) => plan.rotate90(3)],
    ['--rotate -15', (plan) => plan.rotate(-15)],
    [
      '--rotate 15.5 --no-expand --centre 2,3 --move 4,-1 --filter bicubic --precision fast --background white',
      (plan) =>
        plan.rotate(15.5, {
          expand: false,
          centre: [2, 3],
          translate: [4, -1],
          filter: 'bicubic',
          precision: 'fast',
          background: WHITE,
        }),
    ],
    ['--affine 1,0.2,-3,0.1,0.9,1', (plan) => plan.affine([1, 0.2, -3, 0.1, 0.9, 1])],
    [
      '--affine 1,0.2,-3,0.1,0.9,1 --size 30x20 --filter nearest --background white --precision fast',
      (plan) =>
        plan.affine([1, 0.2, -3, 0.1, 0.9, 1], {
          width: 30,
          height: 20,
          filter: 'nearest',
          background: WHITE,
          precision: 'fast',
        }),
    ],
    [
      '--perspective 1,0.2,-3,0.1,0.9,1,0.01,0.02 --size x20',
      (plan) => plan.perspective([1, 0.2, -3, 0.1, 0.9, 1, 0.01, 0.02], { height: 20 }),
    ],
    ['--orient 6', (plan) => plan.orient(6)],
    ['--resize 12x9', (plan) => plan.resize(12, 9)],
    [
      '--resize 12x12 --fit pad --filter bicubic --background #fff --precision fast',
      (plan) => plan.resize(12, 12, { fit: 'pad', filter: 'bicubic', background: WHITE, precision: 'fast' }),
    ],
    ['--resize x5 --reducing-gap 2', (plan) => plan.resize(undefined, 5, { reducingGap: 2 })],
    ['--reduce 3', (plan) => plan.reduce(3)],
    ['--reduce 3,2', (plan) => plan.reduce(3, 2)],
  ],
  colours: [
    ['--to-linear-light', (plan) => plan.toLinearLight()],
    ['--from-linear-light', (plan) => plan.fromLinearLight()],
    ['--flatten', (plan) => plan.flatten()],
    ['--flatten --background white', (plan) => plan.flatten(WHITE)],
    ['--brightness 1.3', (plan) => plan.brightness(1.3)],
    ['--contrast 0.5', (plan) => plan.contrast(0.5)],
    ['--linear 1.2', (plan) => plan.linear(1.2)],
    ['--linear -1.2,255', (plan) => plan.linear(-1.2, 255)],
    ['--negate', (plan) => plan.negate()],
    ['--threshold 100', (plan) => plan.threshold(100)],
    ['--gamma 2.2', (plan) => plan.gamma(2.2)],
    ['--saturation 1.5', (plan) => plan.saturation(1.5)],
    [`--recolour ${SEPIA}`, (plan) => plan.recolour(SEPIA)],
    [`--point ${TABLE}`, (plan) => plan.point(TABLE)],
    ['--equalize', (plan) => plan.equalize()],
    ['--autocontrast', (plan) => plan.autocontrast()],
    ['--autocontrast --cutoff 4', (plan) => plan.autocontrast({ cutoff: 4 })],
    [
      '--autocontrast --cutoff 2,9 --ignore 20,230 --preserve-tone',
      (plan) => plan.autocontrast({ cutoff: [2, 9], ignore: [20, 230], preserveTone: true }),
    ],
    ['--clahe', (plan) => plan.clahe()],
    ['--clahe --tiles 3,2 --limit 4', (plan) => plan.clahe({ tiles: [3, 2], limit: 4 })],
    ['--grayscale', (plan) => plan.grayscale()],
    [
      '--convert L --to-linear-light F --from-linear-light',
      (plan) => plan.convert('L').toLinearLight('F').fromLinearLight(),
    ],
    ['--convert LA', (plan) => plan.convert('LA')],
  ],
  neighbours: [
    ['--blur 1.5', (plan) => plan.blur(1.5)],
    ['--blur 1.5 --precision fast', (plan) => plan.blur(1.5, { precision: 'fast' })],
    ['--box-blur 1.5', (plan) => plan.boxBlur(1.5)],
    ['--sharpen 1', (plan) => plan.sharpen({ sigma: 1 })],
    ['--sharpen 1 --percent 200 --tolerance 0', (plan) => plan.sharpen({ sigma: 1, percent: 200, threshold: 0 })],
    [`--convolve ${SHARPER}`, (plan) => plan.convolve(SHARPER)],
    [`--convolve ${SHARPER} --scale 4 --offset -9`, (plan) => plan.convolve(SHARPER, { scale: 4, offset: -9 })],
    ['--median 3', (plan) => plan.median(3)],
    ['--minimum 5', (plan) => plan.minimum(5)],
    ['--maximum 3', (plan) => plan.maximum(3)],
  ],
  'steps that share settings': [
    [
      '--rotate 10 --crop 9x9+4+4 --combine mark.png --mode add --blur 1 --background white',
      (plan, { mark }) => plan.rotate(10, { background: WHITE }).crop(4, 4, 9, 9).combine(mark, 'add').blur(1),
    ],
  ],
};
const CASES = Object.values(CHAINS).flat();

/** The rows of a strip that are copied from those below, with something added. */
const MAP = `export default (strip, { by }) => {
  for (let y = 0; y < strip.height; y++) {
    const [row, source] = [strip.row(y), strip.source(y + strip.halo)];
    for (let i = 0; i < row.length; i++) row[i] = source[i] + by;
  }
};`;

/** `add`: every byte becomes that of the source's row of the same number, and params[0] more. Two loops, over rows and bytes. */
const WASM = Uint8Array.from(
  `00 61 73 6d 01 00 00 00  01 0c 01 60 08 7f 7f 7f 7f 7f 7f 7f 7f 00
   02 12 01 03 65 6e 76 06 6d 65 6d 6f 72 79 02 03 01 80 80 04  03 02 01 00  07 07 01 03 61 64 64 00 00
   0a 54 01 52 01 02 7f  03 40 41 00 21 09 03 40
   20 00 20 08 41 02 74 6a 28 02 00 20 09 6a  20 01 20 08 41 02 74 6a 28 02 00 20 09 6a 2d 00 00
   20 07 2b 03 00 aa 6a 3a 00 00  20 09 41 01 6a 22 09 20 02 20 04 6c 48 0d 00 0b
   20 08 41 01 6a 22 08 20 03 48 0d 00 0b 0b`
    .split(/\s+/)
    .map((byte) => Number.parseInt(byte, 16)),
);

/** Numbers from 20 to 219 that look like noise, with a border of 230 around them. */
function noise(width: number, height: number): Promise<Uint8Array> {
  const channels = 4;
  const data = Buffer.alloc(width * height * channels);
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [Math.floor(i / channels) % width, Math.floor(i / channels / width)];
    const isBorder = Math.min(x, y) < 2 || x >= width - 2 || y >= height - 2;
    data[i] = isBorder ? 230 : 20 + ((x * 37 + y * 91 + i * i) % 200);
  }
  return sharp(data, { raw: { width, height, channels } }).png().toBuffer();
}

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.start({ threads: 1 });
});
afterAll(() => runtime.close());

async function inputs(): Promise<{ folder: string; places: Places }> {
  const folder = makeFolder();
  fill(folder, {
    'in.png': await noise(24, 18),
    'same.png': await sharp(await noise(24, 18))
      .flip()
      .png()
      .toBuffer(),
    'mark.png': await noise(9, 9),
    'mask.png': await noise(16, 12),
    'op.mjs': MAP,
    'op.wasm': WASM,
  });
  const at = (name: string) => join(folder, name);
  const [same, mark, mask] = ['same.png', 'mark.png', 'mask.png'].map(at);
  const [map, wasm] = ['op.mjs', 'op.wasm'].map((name) => pathToFileURL(at(name)));
  return { folder, places: { same, mark, mask, map, wasm } };
}

/** The bytes of a plan's result on the input. */
async function bytesOf(plan: PipelineBuilder, folder: string, { same, mark, mask }: Places): Promise<Uint8Array> {
  const named = Object.fromEntries([same, mark, mask].map((path) => [path, path]));
  const run = runtime.run(plan.encode('png'), [join(folder, 'in.png')], { inputs: named });
  for await (const result of run) {
    if (!result.ok) throw result.error;
    return result.data as Uint8Array;
  }
  throw new Error('no result');
}

/** The options of a line, as parsing gives them. */
function givenOf(args: readonly string[]): Given[] {
  const options = args.flatMap((arg, i) => (arg.startsWith('--') ? [i] : []));
  return options.map((at) => {
    const next = args[at + 1];
    return { name: args[at].slice(2), value: next?.startsWith('--') ? undefined : next };
  });
}

describe('every step', () => {
  it.each(CASES)('%s', async (line, build) => {
    const { folder, places } = await inputs();
    const expected = build(pipeline(), places);
    expect(addSteps(pipeline(), givenOf(line.split(' ')), { cwd: folder }).toJSON()).toEqual(expected.toJSON());
    const bytes = await bytesOf(expected, folder, places);
    expect(Buffer.compare(bytes, await bytesOf(pipeline(), folder, places))).not.toBe(0);
  });

  it.each(Object.entries(CHAINS))('%s, one after the other, by the program', async (_, chain) => {
    const { folder, places } = await inputs();
    const args = chain.flatMap(([line]) => line.split(' '));
    const ended = await cli(folder, 'run', 'in.png', ...args, '--out', 'o', '--threads', '1');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const plan = chain.reduce((built, [, build]) => build(built, places), pipeline());
    expect(Buffer.compare(readFileSync(join(folder, 'o', 'in.png')), await bytesOf(plan, folder, places))).toBe(0);
  });

  it('has a case for every operation and every setting', () => {
    const tried = new Set(CASES.flatMap(([line]) => line.split(' ').filter((arg) => arg.startsWith('--'))));
    expect([...tried].sort()).toEqual([...OPERATIONS, ...SETTINGS].map((each) => `--${nameOf(each)}`).sort());
  });
});

/** Methods of the builder that are no step of the command line. */
const NO_STEPS: Readonly<Record<string, string>> = {
  encode: 'an output: --format, --quality',
  branch: 'outputs: --widths, several --format, --plan',
  tensor: 'an output that is no file',
  tap: 'an answer that is no file',
  toJSON: 'the plan itself',
};

describe('the builder', () => {
  const camel = (name: string) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const methods = Object.getOwnPropertyNames(PipelineBuilder.prototype).filter((name) => name !== 'constructor');

  it('has no step that is no option', () => {
    const options = OPERATIONS.map((each) => camel(nameOf(each)));
    expect([...options, ...Object.keys(NO_STEPS)].sort()).toEqual(methods.sort());
  });

  it('is asked for what no other option is called', () => {
    const names = [...OPERATIONS, ...SETTINGS].map(nameOf);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });
});
