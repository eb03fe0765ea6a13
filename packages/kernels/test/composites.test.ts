/** Two images to one: byte identity with Pillow where it has the operation, W3C's formulas where not, and the twin everywhere. */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type BlendMode,
  blend,
  blendModes,
  type Combination,
  combine,
  composite,
  type Layout,
  pasteMasked,
  type Raster,
} from '../src/index.ts';
import { type Input, inputBytes } from './inputs.ts';
import { memories } from './memories.ts';
import { expectSame, packed, stored } from './rasters.ts';
import { type Case, expectRecorded, grouped, recorded, sources } from './recorded.ts';

interface TwoCase extends Case {
  readonly on: Input;
  readonly op: string;
  readonly at?: readonly [number, number];
  readonly mask?: Input;
  readonly ink?: readonly number[];
  readonly amount?: number;
  readonly name?: Combination;
}

const cases = recorded<TwoCase>('composites.json');

const rasterIn = (input: Input, layout: Layout): Raster => stored(inputBytes(input), layout, input[2], input[3], 3);

/** What draws the first image on the second as recorded. */
const operations: Readonly<Record<string, (c: TwoCase, src: Raster, dst: Raster) => void>> = {
  composite: (c, src, dst) => composite(src, dst, 0, dst.height, { x: c.at?.[0] ?? 0, y: c.at?.[1] ?? 0 }),
  paste: (c, src, dst) => {
    const [kind, mode, width, height] = c.mask as Input;
    const mask = stored(inputBytes([kind, mode, width, height]), mode as Layout, width, height, 4);
    pasteMasked(c.ink ?? src, mask, dst, 0, dst.height, { x: c.at?.[0] ?? 0, y: c.at?.[1] ?? 0 });
  },
  blend: (c, src, dst) => blend(src, dst, 0, dst.height, c.amount as number),
  combine: (c, src, dst) => combine(src, dst, 0, dst.height, c.name as Combination),
};

describe.each(memories())('the bytes of Pillow, $acceleration', ({ use }) => {
  beforeAll(use);
  const groups = grouped(cases, (c) => c.op);
  test.each([...groups])('%s', (op, group) => {
    for (const c of group) {
      for (const dst of sources(c.on)) {
        const layout = op === 'composite' ? (c.in[1] as Layout) : dst.layout;
        operations[op]!(c, rasterIn(c.in, layout), dst);
        expectRecorded(dst, c);
      }
    }
  });

  test('the recordings cover every operation', () => {
    expect([...groups.keys()].sort()).toEqual(Object.keys(operations).sort());
    expect(cases.length).toBeGreaterThan(700);
  });
});

/** Values of 256 by 256 pixels: every alpha of a source (by column) over every alpha of a backdrop (by row), with two sets of colours. */
const colours = [0, 1, 64, 127, 128, 200, 254, 255];
const sourceOf = once((shift) => image((x, y, b) => (b === 3 ? x : colours[(x * 3 + y * (b + 1) + shift * b) & 7]!)));
const backdropOf = once((shift) =>
  image((x, y, b) => (b === 3 ? y : colours[(x + (y >> 3) * (b + 2) + shift + b) & 7]!)),
);

function image(value: (x: number, y: number, b: number) => number): Uint8Array {
  const bytes = new Uint8Array(256 * 256 * 4);
  for (let i = 0; i < bytes.length; i++) bytes[i] = value((i >> 2) & 255, i >> 10, i & 3);
  return bytes;
}

/** Makes an image once for a shift: nobody writes into it. */
function once(make: (shift: number) => Uint8Array): (shift: number) => Uint8Array {
  const made = new Map<number, Uint8Array>();
  return (shift) => {
    const known = made.get(shift) ?? make(shift);
    made.set(shift, known);
    return known;
  };
}

describe.each(blendModes)('%s', (mode) => {
  const results = memories().map(({ acceleration, use }) => {
    use();
    const dst = stored(backdropOf(1), 'RGBA', 256, 256, 3);
    composite(stored(sourceOf(2), 'RGBA', 256, 256), dst, 0, 256, { mode });
    return { acceleration, pixels: packed(dst) };
  });

  test('is what W3C says, in doubles, to the nearest', () => {
    const [source, backdrop, { pixels }] = [sourceOf(2), backdropOf(1), results[0]!];
    let worst = 0;
    const step = mode === 'over' ? 4 : 20; // a fifth of the pairs of alphas is enough for what is smooth
    for (let i = 0; i < pixels.length; i += step) {
      const exact = w3c(mode, [...source.subarray(i, i + 4)], [...backdrop.subarray(i, i + 4)]);
      // Where nothing is seen, colours do not matter. `over` has 7 fraction bits where the others have floats.
      const bands = exact[3] === 0 ? [3] : [0, 1, 2, 3];
      for (const band of bands) worst = Math.max(worst, Math.abs(pixels[i + band]! - exact[band]!));
    }
    expect(worst).toBeLessThanOrEqual(mode === 'over' ? 1.001 : 0.5001);
  });

  test('is the same in every build', () => {
    for (const { pixels } of results) expectSame(pixels, results[0]!.pixels);
  });

  test.each<Layout>(['L', 'RGB;24', 'RGB'])('on %s is what it is on an opaque backdrop', (layout) => {
    for (const { use } of memories()) {
      use();
      const plain = stored(backdropOf(3), layout, 256, layout === 'L' ? 64 : 50, 2);
      const alpha: Layout = layout === 'L' ? 'LA' : 'RGBA';
      const full = stored(opaque(packed(plain), layout), alpha, plain.width, plain.height, 5);
      const src = stored(sourceOf(4), 'RGBA', 256, 256);
      const draw = (dst: Raster): void => composite(src, dst, 0, dst.height, { mode, x: -3, y: 5 });
      draw(full);
      const seen = packed(full);
      const bands = alpha === 'LA' ? 2 : 4;
      if (seen.some((value, i) => i % bands === bands - 1 && value !== 255)) {
        expect(() => draw(plain)).toThrow(/which has no alpha/);
      } else {
        draw(plain);
        expectSame(
          packed(plain),
          seen.filter((_, i) => i % bands !== bands - 1),
        );
      }
    }
  });
});

function opaque(values: Uint8Array, layout: Layout): Uint8Array {
  const bands = layout === 'L' ? 1 : 3;
  const out = new Uint8Array((values.length / bands) * (bands + 1)).fill(255);
  values.forEach((value, i) => {
    out[Math.floor(i / bands) * (bands + 1) + (i % bands)] = value;
  });
  return out;
}

/** "Compositing and Blending Level 1", sections 5, 9 and 10, in doubles; values from 0 to 255. */
function w3c(mode: BlendMode, source: readonly number[], backdrop: readonly number[]): number[] {
  const [sa, ba] = [source[3]! / 255, backdrop[3]! / 255];
  const mix = mixing[mode];
  // A mode of blending is the source, mixed where there is a backdrop, over that.
  const [fa, fb] = mix ? [1, 1 - sa] : operators[mode]!(sa, ba);
  const alpha = Math.min(1, sa * fa! + ba * fb!);
  const colour = (band: number): number => {
    const [s, b] = [source[band]! / 255, backdrop[band]! / 255];
    const mixed = mix ? (1 - ba) * s + ba * mix(b, s) : s;
    return alpha === 0 ? 0 : (255 * Math.min(1, sa * fa! * mixed + ba * fb! * b)) / alpha;
  };
  return [colour(0), colour(1), colour(2), 255 * alpha];
}

const multiply = (b: number, s: number): number => b * s;
const screen = (b: number, s: number): number => b + s - b * s;
const hardLight = (b: number, s: number): number => (s <= 0.5 ? multiply(b, 2 * s) : screen(b, 2 * s - 1));
const mixing: Partial<Record<BlendMode, (b: number, s: number) => number>> = {
  multiply,
  screen,
  overlay: (b, s) => hardLight(s, b),
  darken: (b, s) => Math.min(b, s),
  lighten: (b, s) => Math.max(b, s),
  'color-dodge': (b, s) => (b === 0 ? 0 : s === 1 ? 1 : Math.min(1, b / (1 - s))),
  'color-burn': (b, s) => (b === 1 ? 1 : s === 0 ? 0 : 1 - Math.min(1, (1 - b) / s)),
  'hard-light': hardLight,
  'soft-light': (b, s) => {
    const d = b <= 0.25 ? ((16 * b - 12) * b + 4) * b : Math.sqrt(b);
    return s <= 0.5 ? b - (1 - 2 * s) * b * (1 - b) : b + (2 * s - 1) * (d - b);
  },
  difference: (b, s) => Math.abs(b - s),
  exclusion: (b, s) => b + s - 2 * b * s,
};
const operators: Partial<Record<BlendMode, (sa: number, ba: number) => readonly [number, number]>> = {
  over: (sa) => [1, 1 - sa],
  source: () => [1, 0],
  in: (_, ba) => [ba, 0],
  out: (_, ba) => [1 - ba, 0],
  atop: (sa, ba) => [ba, 1 - sa],
  'dest-over': (_, ba) => [1 - ba, 1],
  'dest-in': (sa) => [0, sa],
  'dest-out': (sa) => [0, 1 - sa],
  'dest-atop': (sa, ba) => [1 - ba, sa],
  xor: (sa, ba) => [1 - ba, 1 - sa],
  add: () => [1, 1],
};

test('every mode has its formula here', () => {
  for (const mode of blendModes) expect(mixing[mode] ?? operators[mode]).toBeDefined();
});
