/** Cases that were recorded with Pillow: read, and compared with. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Layout, Raster } from '../src/index.ts';
import { type Input, inputBytes, layoutsOf } from './inputs.ts';
import { packed, stored } from './rasters.ts';

/** A recorded case: the input, what was done, and the result. */
export interface Case {
  readonly in: Input;
  readonly sha256?: string;
  readonly bytes?: string;
}

/** The cases of a file. */
export function recorded<C>(name: string): readonly C[] {
  return JSON.parse(readFileSync(new URL(`./data/${name}`, import.meta.url), 'utf8')).cases;
}

/** Cases by what they have in common. */
export function grouped<C>(cases: readonly C[], key: (c: C) => string): Map<string, C[]> {
  const groups = new Map<string, C[]>();
  for (const c of cases) groups.set(key(c), [...(groups.get(key(c)) ?? []), c]);
  return groups;
}

/** Expects the recorded bytes. */
export function expectRecorded(out: Raster, recordedCase: Case): void {
  const bytes = packed(out);
  if (recordedCase.bytes !== undefined) {
    expect(Buffer.from(bytes).toString('base64'), label(recordedCase, out.layout)).toBe(recordedCase.bytes);
  } else {
    expect(createHash('sha256').update(bytes).digest('hex'), label(recordedCase, out.layout)).toBe(recordedCase.sha256);
  }
}

function label({ bytes: _bytes, sha256: _sha256, ...rest }: Case, layout: Layout): string {
  return `${layout} ${JSON.stringify(rest)}`;
}

/** The input in every layout that can hold it. */
export function sources(input: Input): readonly Raster[] {
  const bytes = inputBytes(input);
  return layoutsOf[input[1]].map((layout) => stored(bytes, layout, input[2], input[3]));
}
