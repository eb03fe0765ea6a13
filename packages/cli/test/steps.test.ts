import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pipeline } from '@sharena/pipeline';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../src/errors.ts';
import { readColour, readModule, readNumbers, readPoint, readRectangle, readSize, readWhole } from '../src/options.ts';
import { addSteps, fillImpliedValues, type Given } from '../src/steps.ts';
import { fill, makeFolder } from './helpers.ts';

const steps = (...given: [name: string, value?: string][]) => {
  const list = given.map(([name, value]): Given => ({ name, value }));
  return addSteps(pipeline(), list, { cwd: '/' }).toJSON().steps;
};

describe('addSteps', () => {
  it('keeps the order', () => {
    const list = steps(['flip'], ['resize', '8x6'], ['rotate90', '3'], ['grayscale'], ['flop'], ['resize', '4x3']);
    expect(list.map(({ op }) => op)).toEqual(['flip', 'resize', 'rotate90', 'grayscale', 'flop', 'resize']);
    expect(list[2]).toMatchObject({ turns: 3 });
  });

  it('gives settings to the step before them, and leading ones to the first', () => {
    const list = steps(
      ['filter', 'box'],
      ['resize', '8x6'],
      ['fit', 'contain'],
      ['background', 'white'],
      ['resize', '4x3'],
      ['fit', 'fill'],
    );
    expect(list).toMatchObject([
      { width: 8, fit: 'contain', filter: 'box', background: [255, 255, 255, 255] },
      { width: 4, fit: 'fill', filter: 'lanczos', background: [0, 0, 0, 255] },
    ]);
  });

  it('knows the gap of a reduction, the fit of Pillow, and modes', () => {
    const list = steps(['convert', 'L'], ['resize', '8x6'], ['reducing-gap', '2.5'], ['fit', 'pad']);
    expect(list).toMatchObject([
      { op: 'convert', mode: 'L' },
      { op: 'resize', reducingGap: 2.5, fit: 'pad' },
    ]);
    expect(() => steps(['convert', 'CMYK'])).toThrow(/step 1, convert: `mode` should be one of L/);
    expect(() => steps(['resize', '8x6'], ['reducing-gap', '0'])).toThrow(/step 1, resize: `reducingGap`/);
  });

  it('passes a module and its parameters', () => {
    const folder = makeFolder();
    fill(folder, { 'op.js': '' });
    const given = [
      { name: 'map', value: 'op.js' },
      { name: 'params', value: '{"by":2}' },
    ];
    expect(addSteps(pipeline(), given, { cwd: folder }).toJSON().steps).toEqual([
      { op: 'map', module: pathToFileURL(join(folder, 'op.js')).href, params: { by: 2 } },
    ]);
  });

  it('refuses settings without their step', () => {
    expect(() => steps(['flip'], ['fit', 'cover'])).toThrow('--fit needs --resize');
    expect(() => steps(['params', '1'])).toThrow('--params needs --map or --map-wasm');
    expect(() => steps(['blur', '1'], ['background', 'white'])).toThrow(
      '--background needs --resize, --extend, --trim, --rotate, --affine, --perspective or --flatten',
    );
  });

  it('gives a setting that several steps know to the nearest of them before it', () => {
    const list = steps(
      ['resize', '8x6'],
      ['rotate', '10'],
      ['blur', '2'],
      ['filter', 'nearest'],
      ['precision', 'fast'],
      ['background', 'white'],
    );
    expect(list).toMatchObject([
      { op: 'resize', filter: 'lanczos', background: [0, 0, 0, 255] },
      { op: 'rotate', filter: 'nearest', background: [255, 255, 255, 255] },
      { op: 'blur', precision: 'fast' },
    ]);
    expect(list[1]).not.toHaveProperty('precision');
  });

  it('gives a leading setting to the first step that knows it, whichever it is', () => {
    const list = steps(
      ['background', 'white'],
      ['precision', 'fast'],
      ['blur', '2'],
      ['rotate', '10'],
      ['resize', '8x6'],
    );
    expect(list).toMatchObject([
      { op: 'blur', precision: 'fast' },
      { op: 'rotate', background: [255, 255, 255, 255] },
      { op: 'resize', background: [0, 0, 0, 255] },
    ]);
  });

  it('leaves the bounds to the plan, which names the step', () => {
    expect(() => steps(['flip'], ['resize', '0x6'])).toThrow(/step 2, resize: `width`/);
    expect(() => steps(['resize', '8x6'], ['fit', 'tight'])).toThrow(/step 1, resize: `fit` should be one of cover/);
  });
});

describe('fillImpliedValues', () => {
  it('turns once where no number of turns stands', () => {
    expect(fillImpliedValues(['--rotate90', 'photo.jpg'])).toEqual(['--rotate90=1', 'photo.jpg']);
    expect(fillImpliedValues(['--rotate90', '3', 'photo.jpg'])).toEqual(['--rotate90', '3', 'photo.jpg']);
    expect(fillImpliedValues(['a.jpg', '--rotate90'])).toEqual(['a.jpg', '--rotate90=1']);
    expect(fillImpliedValues(['--rotate90=2', '--', '--rotate90'])).toEqual(['--rotate90=2', '--', '--rotate90']);
  });
});

describe('values', () => {
  it('reads sizes', () => {
    expect(readSize('--resize', '800x600')).toEqual({ width: 800, height: 600 });
    expect(readSize('--resize', '800X')).toEqual({ width: 800, height: undefined });
    expect(readSize('--resize', 'x600')).toEqual({ width: undefined, height: 600 });
    for (const text of ['', 'x', '800', '-8x6', '8x6x4', '1e3x5', '8.5x6']) {
      expect(() => readSize('--resize', text), text).toThrow(/--resize should be WIDTHxHEIGHT/);
    }
  });

  it('reads colours', () => {
    expect(readColour('--background', 'transparent')).toEqual([0, 0, 0, 0]);
    expect(readColour('--background', '#fff')).toEqual([255, 255, 255, 255]);
    expect(readColour('--background', '#1a2b3c')).toEqual([26, 43, 60, 255]);
    expect(readColour('--background', '#1A2B3C80')).toEqual([26, 43, 60, 128]);
    expect(readColour('--background', '#f008')).toEqual([255, 0, 0, 136]);
    expect(readColour('--background', '1,2,3')).toEqual([1, 2, 3, 255]);
    expect(readColour('--background', '1,2,3,4')).toEqual([1, 2, 3, 4]);
    for (const text of ['', 'pink', '#12', '#12345', '#gggggg', '1,2', '1,2,256', '1,2,3,4,5', '-1,2,3']) {
      expect(() => readColour('--background', text), text).toThrow(/--background should be a colour/);
    }
  });

  it('reads numbers, as many as there may be', () => {
    expect(readNumbers('--point', '1, -2.5 3e1')).toEqual([1, -2.5, 30]);
    expect(readNumbers('--linear', '2', [1, 2])).toEqual([2]);
    for (const text of ['', ',', '1,x', 'NaN', 'Infinity']) {
      expect(() => readNumbers('--point', text), text).toThrow('--point should be numbers with commas between them');
    }
    expect(() => readNumbers('--linear', '1,2,3', [1, 2])).toThrow(
      '--linear should be 1 or 2 numbers with commas between them, got "1,2,3"',
    );
    expect(readPoint('--move', '-4,7')).toEqual([-4, 7]);
    expect(() => readPoint('--move', '4')).toThrow('--move should be 2 numbers with commas between them, got "4"');
  });

  it('reads rectangles', () => {
    expect(readRectangle('--crop', '800x600+20+0')).toEqual({ x: 20, y: 0, width: 800, height: 600 });
    for (const text of [
      '',
      '800x600',
      '800x600+20',
      '800x600+-20+1',
      '800x600-20+1',
      'x600+1+1',
      '8x6+1+1+1',
      '8.5x6+1+1',
    ]) {
      expect(() => readRectangle('--crop', text), text).toThrow('--crop should be WIDTHxHEIGHT+X+Y');
    }
  });

  it('reads whole numbers', () => {
    expect(readWhole('--threads', '128', 1, 128)).toBe(128);
    for (const text of ['', '0', '129', '1.5', '-1', 'two', '1e2', '0x10']) {
      expect(() => readWhole('--threads', text, 1, 128), text).toThrow(
        '--threads should be a whole number from 1 to 128',
      );
    }
  });

  it('reads modules', () => {
    expect(readModule('--map', 'data:text/javascript,1', '/').href).toBe('data:text/javascript,1');
    expect(() => readModule('--map', 'none.js', '/')).toThrow(UsageError);
  });
});
