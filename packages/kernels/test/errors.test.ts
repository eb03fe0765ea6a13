/** Every wrong argument is named, with its value and its bound, before a byte has changed. */
import { describe, expect, test } from 'vitest';
import {
  affine,
  autocontrast,
  bandCount,
  blend,
  boxBlur,
  clahe,
  colourMatrix,
  combine,
  composite,
  convert,
  convolve,
  copy,
  equalize,
  type Filter,
  fill,
  flip,
  flop,
  gaussianBlur,
  getBbox,
  grayscale,
  histogram,
  KernelError,
  type Layout,
  linear,
  median,
  orient,
  orientedSize,
  pasteMasked,
  perspective,
  pixelSize,
  point,
  premultiply,
  type Raster,
  rank,
  rasterOf,
  resize,
  resizeToTensor,
  rotate,
  rotate90,
  rotation,
  statistics,
  threshold,
  tileHistograms,
  toTensor,
  transpose,
  trimBox,
  unpremultiply,
  unsharp,
} from '../src/index.ts';

const image = (layout: Layout, width: number, height: number, over: Partial<Raster> = {}): Raster => ({
  ...rasterOf(new Uint8Array(width * height * pixelSize(layout)), layout, width, height),
  ...over,
});
const rgb = image('RGB;24', 4, 3);
const dst = image('RGB;24', 4, 3);
const rgba = image('RGBA', 4, 3);
const small = image('RGB;24', 2, 2);
const numbers = new Float32Array(36);

const cases: readonly (readonly [argument: string, message: RegExp, call: () => unknown])[] = [
  ['top', /an integer from 0 to 3, got -1/, () => flip(rgb, dst, -1, 2)],
  ['top', /got 0\.5/, () => flop(rgb, dst, 0.5, 2)],
  ['bottom', /an integer from 2 to 3, got 1/, () => convert(rgb, dst, 2, 1)],
  ['bottom', /got 4/, () => copy(rgb, dst, 0, 4)],
  ['bottom', /got NaN/, () => fill(dst, 0, Number.NaN, [1, 2, 3])],
  [
    'src.bytes',
    /a Uint8Array, got a value of type object/,
    () => flip({ ...rgb, bytes: new Int32Array(9) as never }, dst, 0, 1),
  ],
  ['src.layout', /one of L, LA/, () => flip({ ...rgb, layout: 'CMYK' as Layout }, dst, 0, 1)],
  ['src.width', /an integer from 1 to 16777215, got 0/, () => flip({ ...rgb, width: 0 }, dst, 0, 1)],
  ['dst.height', /got 1\.5/, () => flip(rgb, { ...dst, height: 1.5 }, 0, 1)],
  ['src.rows.length', /at least 3, the raster's height, got 1/, () => flip({ ...rgb, rows: [0] }, dst, 0, 1)],
  ['src.rows[2]', /an integer from 0 to 24, got 25/, () => flip({ ...rgb, rows: [0, 12, 25] }, dst, 0, 1)],
  ['dst.rows[1]', /got -1/, () => flip(rgb, { ...dst, rows: [0, -1, 0] }, 0, 3)],
  ['dst.rows[0]', /got 0\.5/, () => convert(rgb, { ...dst, rows: [0.5, 0, 0] }, 0, 3)],
  [
    'dst.rows[0]',
    /inside memory that is long enough/,
    () => fill({ ...dst, bytes: new Uint8Array(3) }, 0, 1, [1, 2, 3]),
  ],
  ['dst.width', /to be 4, got 2/, () => flip(rgb, small, 0, 1)],
  ['dst.height', /to be 3, got 2/, () => convert(rgb, image('L', 4, 2), 0, 1)],
  ['dst.layout', /RGB;24, as src\.layout, got "RGBA"/, () => flip(rgb, rgba, 0, 1)],
  ['dst.layout', /RGB;24/, () => copy(rgb, rgba, 0, 1)],
  ['dst.layout', /RGB;24/, () => resize(rgb, rgba, 0, 1, { filter: 'box' })],
  ['dst.layout', /L or LA, got "RGB;24"/, () => grayscale(rgb, dst, 0, 1)],
  ['src.layout', /one of RGB;24, RGB, RGBA, got "L"/, () => grayscale(image('L', 4, 3), image('L', 4, 3), 0, 1)],
  ['src.layout', /RGBA or LA, got "RGB;24"/, () => premultiply(rgb, dst, 0, 1)],
  ['src.layout', /RGBA or LA/, () => unpremultiply(image('L', 4, 3), image('L', 4, 3), 0, 1)],
  ['dst.width', /to be 3, got 4/, () => rotate90(rgb, dst, 0, 1)],
  ['dst.width', /to be 3, got 4/, () => transpose(rgb, dst, 0, 1)],
  ['turns', /an integer from 1 to 3, got 0/, () => rotate90(rgb, dst, 0, 1, 0 as 1)],
  ['sigma', /a number from 0 to 1000, got -0\.5/, () => gaussianBlur(rgb, dst, 0, 1, -0.5)],
  ['radius', /a number from 0 to 1000, got NaN/, () => boxBlur(rgb, dst, 0, 1, Number.NaN)],
  ['src.rows[2]', /got 999/, () => boxBlur({ ...rgb, rows: [0, 12, 999] }, dst, 0, 1, 1)],
  ['options.sigma', /got Infinity/, () => unsharp(rgb, dst, 0, 1, { sigma: Number.POSITIVE_INFINITY })],
  ['options.percent', /an integer from 0 to 1000, got 1001/, () => unsharp(rgb, dst, 0, 1, { percent: 1001 })],
  ['options.threshold', /an integer from 0 to 255, got 0\.5/, () => unsharp(rgb, dst, 0, 1, { threshold: 0.5 })],
  ['weights', /9 or 25 numbers, got \[1, 2\]/, () => convolve(rgb, dst, 0, 1, [1, 2])],
  ['weights[4]', /a finite number, got NaN/, () => convolve(rgb, dst, 0, 1, [0, 1, 2, 3, Number.NaN, 5, 6, 7, 8])],
  ['options.scale', /another number than 0/, () => convolve(rgb, dst, 0, 1, new Array(9).fill(1), { scale: 0 })],
  ['options.offset', /finite/, () => convolve(rgb, dst, 0, 1, new Array(25).fill(1), { offset: Number.NaN })],
  ['src.rows[2]', /got 999/, () => convolve({ ...rgb, rows: [0, 12, 999] }, dst, 1, 2, new Array(9).fill(1))],
  ['matrix', /6 numbers from -1000000000 to 1000000000/, () => affine(rgb, dst, 0, 1, [1, 2, 3, 4, 5])],
  [
    'options.precision',
    /exact or fast/,
    () => affine(rgb, dst, 0, 1, [1, 0, 0, 0, 1, 0], { precision: 'low' as never }),
  ],
  ['matrix', /6 numbers/, () => affine(rgb, dst, 0, 1, [1, 2, 3, 4, 5, Number.NaN])],
  ['matrix', /8 numbers/, () => perspective(rgb, dst, 0, 1, [1, 2, 3, 4, 5, 6])],
  ['matrix', /8 numbers/, () => perspective(rgb, dst, 0, 1, [1e10, 0, 0, 0, 1, 0, 0, 0])],
  [
    'options.filter',
    /one of nearest, bilinear, bicubic, got "lanczos"/,
    () => affine(rgb, dst, 0, 1, [1, 0, 0, 0, 1, 0], { filter: 'lanczos' as never }),
  ],
  [
    'options.fill[2]',
    /an integer from 0 to 255, got 256/,
    () => affine(rgb, dst, 0, 1, [1, 0, 0, 0, 1, 0], { fill: [1, 2, 256] }),
  ],
  ['options.fill', /3 values/, () => rotate(rgb, dst, 0, 1, 5, { fill: [1] })],
  ['angle', /a finite number of degrees, got NaN/, () => rotate(rgb, dst, 0, 1, Number.NaN)],
  ['dst.width', /6, got 4/, () => rotate(rgb, dst, 0, 1, 45, { expand: true })],
  ['options.centre', /two finite numbers/, () => rotation(rgb, 5, { centre: [1, Number.NaN] })],
  ['options.translate', /two finite numbers, got 7/, () => rotation(rgb, 5, { translate: 7 as never })],
  ['size.height', /an integer from 1/, () => rotation({ width: 1, height: 0 }, 5)],
  ['orientation', /an integer from 1 to 8, got 0/, () => orient(rgb, dst, 0, 1, 0 as never)],
  ['orientation', /got 9/, () => orientedSize(rgb, 9 as never)],
  ['dst.width', /3, got 4/, () => orient(rgb, dst, 0, 1, 6)],
  ['size', /an odd integer from 1 to 255, got 4/, () => median(rgb, dst, 0, 1, 4)],
  ['place', /an integer from 0 to 8, got 9/, () => rank(rgb, dst, 0, 1, 3, 9)],
  ['scale', /a number from -1000 to 1000, got NaN/, () => linear(rgb, dst, 0, 1, Number.NaN, 0)],
  ['offset', /a number from -100000 to 100000, got 100001/, () => linear(rgb, dst, 0, 1, 1, 100_001)],
  ['least', /an integer from 0 to 255, got 256/, () => threshold(rgb, dst, 0, 1, 256)],
  ['tables', /1 table, or 3, one for each band of RGB;24/, () => point(rgb, dst, 0, 1, [])],
  ['tables[0]', /a Uint8Array of 256 bytes/, () => point(rgb, dst, 0, 1, [new Uint8Array(255)])],
  ['matrix', /12 finite numbers/, () => colourMatrix(rgb, dst, 0, 1, [1, 2])],
  [
    'src.layout',
    /one of RGB;24, RGB, RGBA, got "LA"/,
    () => colourMatrix(image('LA', 4, 3), image('LA', 4, 3), 0, 1, new Array(12).fill(1)),
  ],
  ['options.mode', /one of over, multiply.* got "burn"/, () => composite(rgba, rgb, 0, 1, { mode: 'burn' as 'over' })],
  ['options.mode', /on RGB;24, which has no alpha, got "xor"/, () => composite(rgba, rgb, 0, 1, { mode: 'xor' })],
  ['options.x', /got 0\.5/, () => composite(rgba, rgb, 0, 1, { x: 0.5 })],
  ['options.y', /got Infinity/, () => composite(rgba, rgb, 0, 1, { y: Number.POSITIVE_INFINITY })],
  ['src.rows[1]', /got 999/, () => composite({ ...rgba, rows: [0, 999, 0] }, rgb, 2, 3, { y: 1 })],
  ['bottom', /got 4/, () => composite(rgba, rgb, 0, 4)],
  ['mask.layout', /L, LA or RGBA, got "RGB;24"/, () => pasteMasked(rgb, rgb, dst, 0, 1)],
  ['mask.width', /to be 4, got 2/, () => pasteMasked(rgb, image('L', 2, 3), dst, 0, 1)],
  ['mask.rows[0]', /got -1/, () => pasteMasked(rgb, { ...image('L', 4, 3), rows: [-1, 0, 0] }, dst, 0, 1)],
  ['dst.layout', /RGBA, as src\.layout/, () => pasteMasked(rgba, image('L', 4, 3), dst, 0, 1)],
  ['src', /3 values, one for each band/, () => pasteMasked([1], image('L', 4, 3), dst, 0, 1)],
  ['src[1]', /an integer from 0 to 255, got 256/, () => pasteMasked([1, 256, 0], image('L', 4, 3), dst, 0, 1)],
  ['amount', /from -1000 to 1000, got NaN/, () => blend(rgb, dst, 0, 1, Number.NaN)],
  ['dst.layout', /RGB;24/, () => blend(rgb, rgba, 0, 1, 0.5)],
  ['operation', /one of multiply, screen.* got "plus"/, () => combine(rgb, dst, 0, 1, 'plus' as 'add')],
  ['out', /a Float32Array or a Uint8Array/, () => toTensor(rgb, new Float64Array(36) as never, 0, 1)],
  ['out.length', /36: 3 x 3 x 4, got 12/, () => toTensor(rgb, new Float32Array(12), 0, 1)],
  ['options.layout', /chw or hwc/, () => toTensor(rgb, numbers, 0, 1, { layout: 'nchw' as 'chw' })],
  ['options.order', /rgb or bgr/, () => toTensor(rgb, numbers, 0, 1, { order: 'grb' as 'rgb' })],
  ['options.scale', /finite/, () => toTensor(rgb, numbers, 0, 1, { scale: Number.NaN })],
  ['options.mean', /or 3, one for each channel, got \[1, 2\]/, () => toTensor(rgb, numbers, 0, 1, { mean: [1, 2] })],
  ['options.std', /other than 0/, () => toTensor(rgb, numbers, 0, 1, { std: [1, 0, 1] })],
  ['options.std', /left out for bytes/, () => toTensor(rgb, new Uint8Array(36), 0, 1, { std: 2 })],
  ['options.width', /got 0/, () => resizeToTensor(rgb, numbers, 0, 1, { width: 0, height: 3, filter: 'box' })],
  ['options.into', /a Uint32Array of 768 counts/, () => histogram(rgb, 0, 1, { into: new Uint32Array(256) })],
  ['options.mask.layout', /L, LA or RGBA/, () => histogram(rgb, 0, 1, { mask: rgb })],
  ['options.mask.height', /to be 3, got 2/, () => histogram(rgb, 0, 1, { mask: image('L', 4, 2) })],
  ['counts', /256 counts for each of 1 to 4 bands/, () => statistics([1, 2])],
  ['options.counts', /768 counts/, () => equalize(rgb, dst, 0, 1, { counts: new Uint32Array(256) })],
  ['options.cutoff', /a number from 0 to 100, or two, got 101/, () => autocontrast(rgb, dst, 0, 1, { cutoff: 101 })],
  ['options.ignore', /0 to 255/, () => autocontrast(rgb, dst, 0, 1, { ignore: [3, 256] })],
  ['options.tiles', /\[across, down\]/, () => clahe(rgb, dst, 0, 1, { tiles: [8] as never })],
  ['options.tiles[1]', /from 1 to 64, got 65/, () => clahe(rgb, dst, 0, 1, { tiles: [8, 65] })],
  ['options.limit', /from 0 to 256, got -1/, () => clahe(rgb, dst, 0, 1, { limit: -1 })],
  ['options.counts', /16384 counts/, () => clahe(rgb, dst, 0, 1, { counts: [] })],
  ['options.into', /1024 counts/, () => tileHistograms(rgb, 0, 1, { tiles: [2, 2], into: new Uint32Array(9) })],
  ['options.threshold', /from 0 to 255, got 300/, () => trimBox(rgb, 0, 1, { threshold: 300 })],
  ['options.background', /3 values/, () => trimBox(rgb, 0, 1, { background: [1] })],
  ['options.background[0]', /got -1/, () => trimBox(rgb, 0, 1, { background: [-1, 0, 0] })],
  ['bottom', /got 9/, () => getBbox(rgb, 0, 9)],
  ['x', /got 1\.5/, () => copy(rgb, dst, 0, 1, 1.5)],
  ['y', /got Infinity/, () => copy(rgb, dst, 0, 1, 0, Number.POSITIVE_INFINITY)],
  ['colour', /3 values, one for each band of RGB;24, got \[1, 2\]/, () => fill(dst, 0, 1, [1, 2])],
  ['colour[2]', /an integer from 0 to 255, got 256/, () => fill(dst, 0, 1, [0, 0, 256])],
  ['rect[2]', /an integer from 1 to 3, got 4/, () => fill(dst, 0, 1, [0, 0, 0], [1, 0, 4, 1])],
  ['options.filter', /one of nearest, box.* got "sinc"/, () => resize(rgb, small, 0, 1, { filter: 'sinc' as Filter })],
  [
    'options.precision',
    /exact or fast, got "low"/,
    () => resize(rgb, small, 0, 1, { filter: 'box', precision: 'low' as 'fast' }),
  ],
  ['options.box', /\[left, top, right, bottom\], got \[1, 2\]/, () => resizeBox([1, 2] as never)],
  ['options.box[0]', /a number from 0 to 4, got -0\.5/, () => resizeBox([-0.5, 0, 1, 1])],
  ['options.box[2]', /a number from 3 to 4, got 2/, () => resizeBox([3, 0, 2, 1])],
  ['options.box[3]', /got NaN/, () => resizeBox([0, 0, 4, Number.NaN])],
  ['options.box', /wider than nothing, got \[1, 0, 1, 1\]/, () => resizeBox([1, 0, 1, 1])],
  ['options.box', /higher than nothing/, () => resizeBox([0, 2, 1, 2 + 1e-12])],
  [
    'options.dstBox',
    /\[x, y, width, height\]/,
    () => resize(rgb, dst, 0, 1, { filter: 'box', dstBox: 'all' as never }),
  ],
  [
    'options.dstBox[3]',
    /an integer from 1 to 3, got 0/,
    () => resize(rgb, dst, 0, 1, { filter: 'box', dstBox: [0, 0, 1, 0] }),
  ],
  ['src.rows[1]', /got 999/, () => resize({ ...rgb, rows: [0, 999, 0] }, small, 0, 2, { filter: 'lanczos' })],
  ['src.rows[1]', /got 999/, () => resize({ ...rgb, rows: [0, 999, 0] }, dst, 0, 3, { filter: 'lanczos' })],
  ['src.rows[2]', /got 999/, () => resize({ ...rgb, rows: [0, 12, 999] }, small, 0, 2, { filter: 'nearest' })],
  ['src', /a raster, got null/, () => convert(null as never, dst, 0, 3)],
  ['dst', /a raster, got undefined/, () => convert(rgb, undefined as never, 0, 3)],
  ['src.rows.length', /at least 3, .* got undefined/, () => convert({ ...rgb, rows: null as never }, dst, 0, 3)],
  ['layout', /one of L, LA/, () => pixelSize('P' as Layout)],
  ['layout', /one of L, LA/, () => bandCount('P' as Layout)],
  ['bytes', /at least 12 bytes long, got 11/, () => rasterOf(new Uint8Array(11), 'RGB;24', 2, 2)],
  ['bytes', /a Uint8Array/, () => rasterOf([1] as never, 'L', 1, 1)],
  ['width', /an integer from 1, got 0/, () => rasterOf(new Uint8Array(9), 'L', 0, 1)],
  ['height', /an integer from 1, got -1/, () => rasterOf(new Uint8Array(9), 'L', 1, -1)],
  [
    'options.stride',
    /an integer from 6, the bytes of a row, got 5/,
    () => rasterOf(new Uint8Array(99), 'RGB;24', 2, 2, { stride: 5 }),
  ],
  ['options.offset', /an integer from 0 to 3, got 4/, () => rasterOf(new Uint8Array(9), 'L', 3, 2, { offset: 4 })],
];

function resizeBox(box: readonly [number, number, number, number]): void {
  resize(rgb, small, 0, 2, { filter: 'bicubic', box });
}

describe('a wrong argument is refused by name', () => {
  test.each(cases)('%s: %s', (argument, message, call) => {
    for (const raster of [rgb, dst, rgba, small]) raster.bytes.fill(7);
    expect(call).toThrow(KernelError);
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
    expect(call).toThrow(
      expect.objectContaining({ argument, code: 'ERR_SHARENA_KERNEL_ARGUMENT', name: 'KernelError' }),
    );
    expect(call).toThrow(`\`${argument}\``);
    for (const raster of [rgb, dst, rgba, small]) expect(raster.bytes.every((value) => value === 7)).toBe(true);
  });
});

test('a row that the strip does not touch may be anywhere', () => {
  const odd = { ...rgb, rows: [0, 12, Number.NaN] };
  expect(() => convert(odd, { ...dst, rows: [0, 12, -5] }, 0, 2)).not.toThrow();
});

test('an empty strip does nothing', () => {
  dst.bytes.fill(7);
  resize(rgb, dst, 1, 1, { filter: 'lanczos' });
  flip(rgb, dst, 3, 3);
  rotate90(rgb, image('RGB;24', 3, 4), 2, 2);
  expect(dst.bytes.every((value) => value === 7)).toBe(true);
});
