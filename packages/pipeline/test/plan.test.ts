/** Plans: what the builder writes, what it refuses, and plans that come from elsewhere. */
import {
  checkPlan,
  type Format,
  type PipelineBuilder,
  type Plan,
  PlanError,
  pipeline,
  type ResizeOptions,
  Runtime,
} from '@sharena/pipeline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf, noiseImage, oneData, oneImage, operation } from './helpers.ts';

const MARK = operation('mark');

/** A call of the builder with arguments that TypeScript would not let through. */
function build(call: (builder: any) => unknown): () => unknown {
  return () => call(pipeline());
}

describe('the builder', () => {
  test('writes plain JSON', () => {
    const plan = pipeline()
      .resize(800, 600, { fit: 'contain', filter: 'bicubic', background: [1, 2, 3, 4] })
      .grayscale()
      .flip()
      .flop()
      .rotate90(3)
      .map(MARK, { add: 2 })
      .encode('webp', { quality: 80 })
      .toJSON();
    expect(plan).toEqual({
      steps: [
        { op: 'resize', width: 800, height: 600, fit: 'contain', filter: 'bicubic', background: [1, 2, 3, 4] },
        { op: 'grayscale' },
        { op: 'flip' },
        { op: 'flop' },
        { op: 'rotate90', turns: 3 },
        { op: 'map', module: MARK.href, params: { add: 2 } },
      ],
      output: { kind: 'encode', format: 'webp', options: { quality: 80 } },
    });
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  test('has defaults: cover, lanczos, opaque black, a quarter turn, no options, an image', () => {
    expect(pipeline().toJSON()).toEqual({ steps: [], output: { kind: 'image' } });
    expect(pipeline().resize(1, 65535).rotate90().encode('png').toJSON()).toEqual({
      steps: [
        { op: 'resize', width: 1, height: 65535, fit: 'cover', filter: 'lanczos', background: [0, 0, 0, 255] },
        { op: 'rotate90', turns: 1 },
      ],
      output: { kind: 'encode', format: 'png', options: {} },
    });
  });

  test('leaves a side out that is left out', () => {
    const [byWidth] = pipeline().resize(10).toJSON().steps;
    const [byHeight] = pipeline().resize(undefined, 10).toJSON().steps;
    expect(byWidth).toMatchObject({ width: 10 });
    expect(byWidth).not.toHaveProperty('height');
    expect(byHeight).toMatchObject({ height: 10 });
    expect(byHeight).not.toHaveProperty('width');
  });

  test('every method answers a new builder and leaves the old one as it was', () => {
    const begin = pipeline().resize(10, 10);
    const before = JSON.stringify(begin);
    const all: PipelineBuilder[] = [
      begin.resize(5, 5),
      begin.grayscale(),
      begin.flip(),
      begin.flop(),
      begin.rotate90(2),
      begin.map(MARK),
      begin.encode('jpeg'),
    ];
    expect(new Set([begin, ...all]).size).toBe(8);
    expect(JSON.stringify(begin)).toBe(before);
    for (const { length } of all.slice(0, -1).map((builder) => builder.toJSON().steps)) expect(length).toBe(2);
    // Nor does a step that is refused leave anything behind.
    expect(() => begin.rotate90(4 as never)).toThrow(PlanError);
    expect(JSON.stringify(begin)).toBe(before);
  });
});

describe('what is refused when it is built', () => {
  const side = 'a whole number from 1 to 65535';
  const colour = '`background` should be four whole numbers from 0 to 255';
  const fits = '`fit` should be one of cover, contain, pad, fill, inside, outside';
  const refused: [string, (builder: any) => unknown, string][] = [
    ['width 0', (b) => b.resize(0, 5), `step 1, resize: \`width\` should be ${side}, got 0`],
    ['width too large', (b) => b.resize(65536, 5), `step 1, resize: \`width\` should be ${side}, got 65536`],
    ['a fraction', (b) => b.resize(1.5, 5), `step 1, resize: \`width\` should be ${side}, got 1.5`],
    ['NaN', (b) => b.resize(Number.NaN, 5), `step 1, resize: \`width\` should be ${side}, got NaN`],
    ['infinity', (b) => b.resize(5, Infinity), `step 1, resize: \`height\` should be ${side}, got Infinity`],
    ['a negative height', (b) => b.resize(5, -3), `step 1, resize: \`height\` should be ${side}, got -3`],
    ['a number in quotes', (b) => b.resize('5', 5), `step 1, resize: \`width\` should be ${side}, got "5"`],
    ['null', (b) => b.resize(null, 5), `step 1, resize: \`width\` should be ${side}, got null`],
    ['a bigint', (b) => b.resize(5n, 5), `step 1, resize: \`width\` should be ${side}, got 5n`],
    ['no side', (b) => b.resize(), 'step 1, resize: `width` should be given, or the height, got undefined'],
    [
      'a fit in the place of options',
      (b) => b.resize(5, 5, 'contain'),
      'resize: `options` should be an object, got "contain"',
    ],
    ['a number in the place of options', (b) => b.sharpen(2), 'sharpen: `options` should be an object, got 2'],
    [
      'a halo in the place of options',
      (b) => b.map('file:///a.js', {}, 2),
      'map: `options` should be an object, got 2',
    ],
    [
      'null in the place of options',
      (b) => b.composite('a', null),
      'composite: `options` should be an object, got null',
    ],
    ['a fit', (b) => b.resize(5, 5, { fit: 'crop' }), `step 1, resize: ${fits}, got "crop"`],
    [
      'a filter',
      (b) => b.resize(5, 5, { filter: 'lanczos3' }),
      'step 1, resize: `filter` should be one of nearest, box, bilinear, hamming, bicubic, lanczos, got "lanczos3"',
    ],
    [
      'a precision',
      (b) => b.resize(5, 5, { precision: 'low' }),
      'step 1, resize: `precision` should be exact or fast, got "low"',
    ],
    [
      'a cutoff',
      (b) => b.autocontrast({ cutoff: 101 }),
      'step 1, autocontrast: `cutoff` should be a number from 0 to 100, or two, got [ 101, 101 ]',
    ],
    [
      'a value to ignore',
      (b) => b.autocontrast({ ignore: [1, 256] }),
      'step 1, autocontrast: `ignore` should be a whole number from 0 to 255, or a list of them, got [ 1, 256 ]',
    ],
    [
      'tiles',
      (b) => b.clahe({ tiles: [8, 0] }),
      'step 1, clahe: `tiles` should be two whole numbers from 1 to 64, got [ 8, 0 ]',
    ],
    ['a limit', (b) => b.clahe({ limit: 257 }), 'step 1, clahe: `limit` should be a number from 0 to 256, got 257'],
    [
      'the threshold of trim',
      (b) => b.trim({ threshold: -1 }),
      'step 1, trim: `threshold` should be a whole number from 0 to 255, got -1',
    ],
    ['the background of trim', (b) => b.trim({ background: [1] }), `step 1, trim: ${colour}, got [ 1 ]`],
    [
      'an amount',
      (b) => b.blend('other', 1001),
      'step 1, blend: `amount` should be a number from -1000 to 1000, got 1001',
    ],
    [
      'an operation',
      (b) => b.combine('other', 'plus'),
      'step 1, combine: `operation` should be one of multiply, screen, difference, lighter, darker, add, subtract, got "plus"',
    ],
    [
      'a colour to paint with',
      (b) => b.paint('mask', [1, 2, 3]),
      'step 1, paint: `colour` should be four whole numbers from 0 to 255, got [ 1, 2, 3 ]',
    ],
    [
      'a place to paint at',
      (b) => b.paint('mask', [1, 2, 3, 4], { y: 0.5 }),
      'step 1, paint: `y` should be a whole number from -65535 to 65535, got 0.5',
    ],
    ['three colours', (b) => b.resize(5, 5, { background: [1, 2, 3] }), `step 1, resize: ${colour}, got [ 1, 2, 3 ]`],
    [
      'a colour out of range',
      (b) => b.resize(5, 5, { background: [0, 0, 256, Number.NaN] }),
      `step 1, resize: ${colour}, got [ 0, 0, 256, NaN ]`,
    ],
    ['a colour in words', (b) => b.resize(5, 5, { background: 'red' }), `step 1, resize: ${colour}, got "red"`],
    ['a blur', (b) => b.blur(-1), 'step 1, blur: `sigma` should be a number from 0 to 1000, got -1'],
    [
      'a radius',
      (b) => b.sharpen({ sigma: '2' }),
      'step 1, sharpen: `sigma` should be a number from 0 to 1000, got "2"',
    ],
    ['percent', (b) => b.sharpen({ percent: 1.5 }), '`percent` should be a whole number from 0 to 1000, got 1.5'],
    [
      'a threshold',
      (b) => b.sharpen({ threshold: 256 }),
      '`threshold` should be a whole number from 0 to 255, got 256',
    ],
    [
      'weights',
      (b) => b.convolve([1, 2]),
      'step 1, convolve: `weights` should be 9 or 25 finite numbers, got [ 1, 2 ]',
    ],
    ['a weight', (b) => b.convolve([0, 0, 0, 0, null, 0, 0, 0, 0]), '`weights` should be 9 or 25 finite numbers'],
    [
      'a scale',
      (b) => b.convolve(new Array(9).fill(1), { scale: 0 }),
      '`scale` should be a finite number other than 0',
    ],
    [
      'an offset',
      (b) => b.convolve(new Array(9).fill(1), { offset: NaN }),
      '`offset` should be a finite number, got NaN',
    ],
    ['a factor', (b) => b.linear(1001), 'step 1, linear: `scale` should be a number from -1000 to 1000, got 1001'],
    ['a term', (b) => b.linear(1, '9'), 'step 1, linear: `offset` should be a number from -100000 to 100000, got "9"'],
    ['a least value', (b) => b.threshold(-1), '`least` should be a whole number from 0 to 255, got -1'],
    ['a short table', (b) => b.point([1, 2]), '`table` should be 256 whole numbers from 0 to 255, got [ 1, 2 ]'],
    [
      'a table of others',
      (b) => b.point(new Array(256).fill(0.5)),
      '`table` should be 256 whole numbers from 0 to 255',
    ],
    ['gamma', (b) => b.gamma(0), 'gamma: `gamma` should be a number from 0.01 to 100, got 0'],
    ['a matrix', (b) => b.recolour([1]), 'step 1, recolour: `matrix` should be 12 finite numbers, got [ 1 ]'],
    ['an amount', (b) => b.saturation(-1), 'saturation: `amount` should be a number from 0 to 100, got -1'],
    [
      'a precision of a rotation',
      (b) => b.rotate(1, { precision: 'low' }),
      'step 1, rotate: `precision` should be exact or fast, got "low"',
    ],
    [
      'a precision of a transform',
      (b) => b.affine([1, 0, 0, 0, 1, 0], { precision: '' }),
      'step 1, affine: `precision` should be exact or fast, got ""',
    ],
    ['an angle', (b) => b.rotate(NaN), 'step 1, rotate: `angle` should be a finite number of degrees, got NaN'],
    [
      'a centre',
      (b) => b.rotate(1, { centre: [1] }),
      'step 1, rotate: `centre` should be two finite numbers, got [ 1 ]',
    ],
    [
      'a shift',
      (b) => b.rotate(1, { translate: 3 }),
      'step 1, rotate: `translate` should be two finite numbers, got 3',
    ],
    ['expand', (b) => b.rotate(1, { expand: 1 }), 'step 1, rotate: `expand` should be true or false, got 1'],
    [
      'a filter of transforms',
      (b) => b.rotate(1, { filter: 'lanczos' }),
      'step 1, rotate: `filter` should be one of nearest, bilinear, bicubic, got "lanczos"',
    ],
    ['five numbers', (b) => b.affine([1, 2, 3, 4, 5]), 'step 1, affine: `matrix` should be 6 numbers from -1e9 to 1e9'],
    ['no numbers', (b) => b.affine(), 'step 1, affine: `matrix` should be 6 numbers from -1e9 to 1e9, got []'],
    [
      'six numbers',
      (b) => b.perspective([1, 2, 3, 4, 5, 6]),
      'perspective: `matrix` should be 8 numbers from -1e9 to 1e9',
    ],
    ['no width', (b) => b.affine([1, 0, 0, 0, 1, 0], { width: 0 }), '`width` should be a whole number from 1 to 65535'],
    ['an orientation', (b) => b.orient(9), 'step 1, orient: `orientation` should be a whole number from 1 to 8, got 9'],
    ['a block', (b) => b.reduce(0), 'step 1, reduce: `across` should be a whole number from 1 to 4095, got 0'],
    ['half a row', (b) => b.reduce(2, 1.5), '`down` should be a whole number from 1 to 4095, got 1.5'],
    ['an even square', (b) => b.median(4), 'step 1, median: `size` should be an odd number from 1 to 255, got 4'],
    [
      'a place before the image',
      (b) => b.crop(-1, 0, 5, 5),
      'step 1, crop: `x` should be a whole number from 0 to 65535',
    ],
    ['a crop to nothing', (b) => b.crop(0, 0, 5, 0), `step 1, crop: \`height\` should be ${side}, got 0`],
    ['a crop without a size', (b) => b.crop(0, 0), `step 1, crop: \`width\` should be ${side}, got undefined`],
    [
      'a negative border',
      (b) => b.extend(-1),
      'step 1, extend: `top` should be a whole number from 0 to 65535, got -1',
    ],
    ['half a column', (b) => b.extend({ left: 0.5 }), '`left` should be a whole number from 0 to 65535, got 0.5'],
    ['no border', (b) => b.extend(null), 'extend: `border` should be an object, got null'],
    ['the colour of a border', (b) => b.extend(1, 'red'), `step 1, extend: ${colour}, got "red"`],
    ['a colour behind', (b) => b.flatten([1]), `step 1, flatten: ${colour}, got [ 1 ]`],
    ['a box', (b) => b.boxBlur(1001), 'step 1, boxBlur: `radius` should be a number from 0 to 1000, got 1001'],
    ['brightness', (b) => b.brightness(-1), 'brightness: `factor` should be a number from 0 to 1000, got -1'],
    ['contrast', (b) => b.contrast('2'), 'contrast: `factor` should be a number from 0 to 100, got "2"'],
    ['a mode of light', (b) => b.toLinearLight('L'), 'step 1, toLinearLight: `mode` should be I;16 or F, got "L"'],
    ['turns', (b) => b.flip().rotate90(4), 'step 2, rotate90: `turns` should be 1, 2 or 3, got 4'],
    ['degrees', (b) => b.flip().rotate90('90'), 'step 2, rotate90: `turns` should be 1, 2 or 3, got "90"'],
    [
      'a path as module',
      (b) => b.flip().flop().map('./op.js'),
      'step 3, map: `module` should be a URL, such as new URL("./op.js", import.meta.url), got "./op.js"',
    ],
    ['a function as operation', (b) => b.map(parseInt), 'step 1, map: `module` should be a URL'],
    [
      'parameters that no message can carry',
      (b) => b.map(MARK, { nested: { call: parseInt } }),
      'step 1, map: `params` should be something that structured clone can carry, got { nested: { call: [Function',
    ],
    ['a mode', (b) => b.composite('a', { mode: 'under' }), 'step 1, composite: `mode` should be one of over, '],
    ['a position', (b) => b.composite('a', { position: 'here' }), 'step 1, composite: `position` should be a name'],
    ['a place', (b) => b.composite('a', { x: 0.5 }), '`x` should be a whole number from -65535 to 65535, got 0.5'],
    ['no input', (b) => b.composite(''), '`input` should be a name that is not empty, got ""'],
    ['a tap within', (b) => b.composite(b.tap('t', 'file:///a.js')), '`with` should be steps without a tap'],
    [
      'a halo',
      (b) => b.map('file:///a.js', 1, { halo: -1 }),
      'map: `halo` should be a whole number from 0 to 1024, got -1',
    ],
    [
      'a halo that is no number',
      (b) => b.map('file:///a.js', 1, { halo: Number.NaN }),
      'map: `halo` should be a whole number from 0 to 1024, got NaN',
    ],
    ['no URL of Wasm', (b) => b.mapWasm('a', 'f'), 'mapWasm: `module` should be a URL'],
    ['no function', (b) => b.mapWasm('file:///a.wasm', ''), 'mapWasm: `function` should be the name'],
    [
      'a number',
      (b) => b.mapWasm('file:///a.wasm', 'f', { params: [NaN] }),
      '`params` should be at most 1024 finite numbers',
    ],
    ['no name', (b) => b.tap('', 'file:///a.js'), 'tap: `name` should be a string that is not empty, got ""'],
    ['no branch', (b) => b.branch({}), '`branches` should be a list of at least one branch, got []'],
    ['a name with a slash', (b) => b.branch({ 'a/b': b }), '`name` of a branch should be its own'],
    [
      'a name twice',
      (b) =>
        b.branch([
          ['a', b],
          ['a', b],
        ]),
      '`name` of a branch should be its own',
    ],
    [
      'a branch that is none',
      (b) => b.branch({ a: { steps: [{ op: 'bend' }] } }),
      'branch a: step 1: there is no operation "bend"',
    ],
    [
      'two taps of one name',
      (b) => b.tap('t', 'file:///a.js').branch({ a: b.tap('t', 'file:///a.js') }),
      'two taps are called "t"',
    ],
    ['a format', (b) => b.encode('jpg'), '`format` should be one of jpeg, png, webp, avif, gif, tiff, got "jpg"'],
    ['no format', (b) => b.encode(), '`format` should be one of jpeg, png, webp, avif, gif, tiff, got undefined'],
    ['quality 0', (b) => b.encode('jpeg', { quality: 0 }), '`quality` should be a whole number from 1 to 100, got 0'],
    [
      'quality 101',
      (b) => b.encode('webp', { quality: 101 }),
      '`quality` should be a whole number from 1 to 100, got 101',
    ],
    [
      'quality in words',
      (b) => b.encode('avif', { quality: 'high' }),
      '`quality` should be a whole number from 1 to 100, got "high"',
    ],
    ['options', (b) => b.encode('png', null), '`options` should be an object, got null'],
  ];

  test.each(refused)('%s', (_, call, message) => {
    expect(build(call)).toThrow(PlanError);
    expect(build(call)).toThrow(message);
    expect(build(call)).toThrow(expect.objectContaining({ code: 'ERR_SHARENA_PLAN', name: 'PlanError' }));
  });

  const misspelt: [string, (builder: any) => unknown, string][] = [
    ['resize', (b) => b.resize(5, 5, { filtre: 'box' }), 'fit, reducingGap, filter, precision, background'],
    ['rotate', (b) => b.rotate(5, { filtre: 'box' }), 'expand, centre, translate, filter, precision, background'],
    ['affine', (b) => b.affine([1, 0, 0, 0, 1, 0], { filtre: 0 }), 'filter, precision, background, width, height'],
    ['perspective', (b) => b.perspective([], { filtre: 0 }), 'filter, precision, background, width, height'],
    ['extend', (b) => b.extend({ filtre: 5 }), 'top, right, bottom, left'],
    ['blur', (b) => b.blur(2, { filtre: 5 }), 'precision'],
    ['sharpen', (b) => b.sharpen({ filtre: 5 }), 'sigma, percent, threshold'],
    ['convolve', (b) => b.convolve([], { filtre: 5 }), 'scale, offset'],
    ['autocontrast', (b) => b.autocontrast({ filtre: 5 }), 'cutoff, ignore, preserveTone'],
    ['clahe', (b) => b.clahe({ filtre: 5 }), 'tiles, limit'],
    ['trim', (b) => b.trim({ filtre: 5 }), 'background, threshold'],
    ['composite', (b) => b.composite('a', { filtre: 5 }), 'mode, position, x, y'],
    ['paint', (b) => b.paint('a', [0, 0, 0, 0], { filtre: 5 }), 'x, y'],
    ['map', (b) => b.map(MARK, {}, { filtre: 5 }), 'halo'],
    ['mapWasm', (b) => b.mapWasm(MARK, 'f', { filtre: 5 }), 'params, halo'],
    ['the options of a tensor', (b) => b.tensor({ filtre: 5 }), 'layout, order, scale, mean, std'],
    ['the options of avif', (b) => b.encode('avif', { filtre: 5 }), 'metadata, quality, lossless, effort, '],
    ['decode', () => pipeline({ filtre: 5 } as never), 'reducingGap, scaling, limitInputPixels, failOn, density, page'],
  ];

  test.each(misspelt)('a name that is no option: %s', (where, call, names) => {
    expect(build(call)).toThrow(PlanError);
    expect(build(call)).toThrow(`${where}: there is no "filtre", only ${names}`);
  });

  // sharp would leave out what it does not know.
  test.each([
    ['jpeg', { trellisQuantisation: true, overshootDeringing: true, optimizeScans: true, quantizationTable: 3 }],
    ['png', { compressionLevel: 9, adaptiveFiltering: true, palette: true, colours: 8, dither: 0.5, effort: 2 }],
    ['webp', { nearLossless: true, smartSubsample: true, minSize: true, preset: 'icon', loop: 1, delay: [5] }],
    ['avif', { chromaSubsampling: '4:2:0', bitdepth: 8, tune: 'ssim', effort: 1 }],
    ['gif', { reuse: false, colors: 8, interFrameMaxError: 2, keepDuplicateFrames: true, loop: 2 }],
    ['tiff', { compression: 'lzw', predictor: 'none', tile: true, tileWidth: 64, xres: 2, resolutionUnit: 'cm' }],
  ] as [Format, object][])('every option of %s is let through', (format, options) => {
    expect(pipeline().encode(format, options).toJSON().output).toEqual({ kind: 'encode', format, options });
  });

  test.each(['cover', 'contain', 'fill', 'inside', 'outside'] as const)('the fit %s is good', (fit) => {
    expect(pipeline().resize(5, 5, { fit }).toJSON().steps).toMatchObject([{ fit }]);
  });

  test.each(['nearest', 'box', 'bilinear', 'hamming', 'bicubic', 'lanczos'] satisfies ResizeOptions['filter'][])(
    'the filter %s is good',
    (filter) => {
      expect(pipeline().resize(5, 5, { filter }).toJSON().steps).toMatchObject([{ filter }]);
    },
  );

  test.each(['jpeg', 'png', 'webp', 'avif'] satisfies Format[])('%s with quality 1 and 100', (format) => {
    for (const quality of [1, 100]) {
      expect(pipeline().encode(format, { quality }).toJSON().output).toEqual({
        kind: 'encode',
        format,
        options: { quality },
      });
    }
  });
});

describe('plans from elsewhere', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await Runtime.start({ threads: 1, reserve: '64MiB' });
  });
  afterAll(async () => {
    expect(runtime.heap.stats().images).toMatchObject({ live: 0 });
    await runtime.close();
  });

  const good = pipeline().resize(5, 5).toJSON();
  const strange: [string, unknown, string][] = [
    ['nothing', undefined, 'a plan has `steps`'],
    ['null', null, 'a plan has `steps`'],
    ['a string', 'resize', 'a plan has `steps`'],
    ['no steps', { output: { kind: 'image' } }, 'a plan has `steps`'],
    ['steps that are no list', { steps: {}, output: { kind: 'image' } }, 'a plan has `steps`'],
    ['no output', { steps: [] }, 'a plan has an `output`'],
    ['an output of another kind', { steps: [], output: { kind: 'file' } }, 'a plan has an `output`'],
    ['no options', { steps: [], output: { kind: 'encode', format: 'png' } }, '`options` should be an object'],
    ['an unknown step', { ...good, steps: [{ op: 'melt' }] }, 'step 1: there is no operation "melt"'],
    ['a step without a name', { ...good, steps: [good.steps[0], {}] }, 'step 2: there is no operation undefined'],
    ['a hole', { ...good, steps: [null] }, 'step 1: there is no operation undefined'],
    ['a step without a fit', { ...good, steps: [{ op: 'resize', width: 5 }] }, 'step 1, resize: `fit` should be'],
    [
      'a name that is no part of a step',
      { ...good, steps: [{ op: 'flip' }, { op: 'resize', widht: 5 }] },
      'step 2, resize: there is no "widht", only width, height, fit, filter, precision, reducingGap, background',
    ],
    [
      'more than a name',
      { ...good, steps: [{ op: 'flip', turns: 1 }] },
      'step 1, flip: there is no "turns", nothing more',
    ],
    [
      'what a run alone writes',
      { ...good, steps: [{ ...good.steps[0], of: { width: 1, height: 1 } }] },
      'step 1, resize: there is no "of"',
    ],
    ['a name that every object has', { ...good, steps: [{ op: 'flip', toString: 1 }] }, 'there is no "toString"'],
    ['a part that a plan has not', { ...good, stpes: [] }, 'a plan: there is no "stpes", only decode, steps, output'],
    [
      'a part that an output has not',
      { ...good, output: { kind: 'image', format: 'png' } },
      'output: there is no "format"',
    ],
    [
      'a part that a branch has not',
      { ...good, output: { kind: 'branches', branches: [{ name: 'a', plan: good, decode: {} }] } },
      'branch a: there is no "decode", only name, plan',
    ],
    [
      'a part that a second image has not',
      { ...good, steps: [{ op: 'blend', amount: 1, with: { inptu: 'a', steps: [] } }] },
      'step 1, blend, with: there is no "inptu", only input, steps',
    ],
    ['a bad number', { ...good, steps: [{ ...good.steps[0], height: 0 }] }, 'step 1, resize: `height` should be'],
  ];

  test.each(strange)('%s is refused by run(), before any input is read', (_, plan, message) => {
    const inputs = {
      [Symbol.iterator](): never {
        throw new Error('an input was read');
      },
    };
    expect(() => checkPlan(plan as Plan)).toThrow(message);
    expect(() => runtime.run(plan as Plan, inputs)).toThrow(PlanError);
    expect(() => runtime.run(plan as Plan, inputs)).toThrow(message);
  });

  test('a plan that went through JSON does what the builder does', async () => {
    const builder = pipeline()
      .resize(20, undefined, { filter: 'bilinear' })
      .grayscale()
      .rotate90(1)
      .map(MARK, { add: 7 });
    using image = noiseImage(runtime.store, 'RGBA', 41, 23);
    const expected = bytesOf(await oneImage(runtime.run(builder, [image])));
    const parsed = JSON.parse(JSON.stringify(builder)) as Plan;
    expect(bytesOf(await oneImage(runtime.run(parsed, [image])))).toEqual(expected);
    expect(bytesOf(await oneImage(runtime.run(builder.toJSON(), [image])))).toEqual(expected);
    // A builder from a second copy of the package is of another class.
    const stranger = { toJSON: () => parsed } as PipelineBuilder;
    expect(bytesOf(await oneImage(runtime.run(stranger, [image])))).toEqual(expected);
    expect(await oneData(runtime.run(JSON.parse(JSON.stringify(builder.encode('png'))), [image]))).toEqual(
      await oneData(runtime.run(builder.encode('png'), [image])),
    );
  });

  // Rounded, a side is not quite in the image's proportions: that must show neither as a crop nor as padding.
  test.each([
    [{ width: 30 }, [30, 10]],
    [{ height: 30 }, [92, 30]],
    [{ width: 50 }, [50, 16]],
    [{ width: 1 }, [1, 1]],
    [{ height: 1 }, [3, 1]],
  ])('a side that is left out follows from the other, whatever the fit: %o', async (frame, size) => {
    const { width, height } = frame as { width?: number; height?: number };
    using image = noiseImage(runtime.store, 'RGB;24', 101, 33);
    const results = new Set<string>();
    for (const fit of ['cover', 'contain', 'fill', 'inside', 'outside'] as const) {
      using result = await oneImage(runtime.run(pipeline().resize(width, height, { fit }), [image]));
      expect([result.width, result.height]).toEqual(size);
      results.add(Buffer.from(result.toBytes()).toString('hex'));
    }
    expect(results.size).toBe(1);
  });
});
