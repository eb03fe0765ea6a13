/**
 * The loops of `loops.c`, compiled for this processor by the C compiler that is there, in a process that is asked for one at a time, as
 * Pillow's is: what is slow in them is slow in C as well, and what is not is WebAssembly's.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('./loops.c', import.meta.url));
const FLAGS = ['-O3', '-march=native'];

/** By the name of a loop the case of `cases.js` that does the same. */
const LIKE = {
  gamma: 'gamma RGB, 2.2, by a table',
  histogram: 'histogram RGB',
  equalize: 'equalize RGB',
  nearest: 'resize RGB to 720x588, nearest',
  turn: 'rotate RGB by 10 degrees, nearest',
  'flop I': 'flop I',
  'linear F': 'linear F, 0.7 x + 12',
  'L to F': 'L to F',
};

/** Those of the cases that there is a loop of, with its name in the place of sharp. */
export function nativeCases(cases) {
  return Object.entries(LIKE).map(([loop, like]) => {
    const { name, ours, pillow } = cases.find(({ name }) => name === like);
    return { name, ours, loop, pillow };
  });
}

/** Starts them with the photograph; throws where there is no compiler. */
export function startNative({ rgb }) {
  const folder = mkdtempSync(join(tmpdir(), 'sharena-bench-native-'));
  const program = join(folder, 'loops');
  const { error, status, stderr } = spawnSync('cc', [...FLAGS, '-o', program, source, '-lm'], { encoding: 'utf8' });
  if (error || status !== 0) throw new Error(`No loops in C: ${error?.message ?? stderr}`);
  writeFileSync(join(folder, 'rgb'), rgb.packed);
  const child = spawn(program, [join(folder, 'rgb'), `${rgb.width}`, `${rgb.height}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const run = async (name) => {
    child.stdin.write(`${name}\n`);
    const { value, done } = await answers.next();
    if (done) throw new Error(`The loops ended at ${name}`);
    const [ms, sum] = value.split(' ').map(Number);
    return { ms, sum };
  };
  return {
    compiler: `${spawnSync('cc', ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0]}, ${FLAGS.join(' ')}`,
    /** Milliseconds that a loop takes. */
    time: async (name) => (await run(name)).ms,
    /** The sum of the bytes that a loop makes: see {@link sumOf}. */
    sum: async (name) => (await run(name)).sum,
    end() {
      child.stdin.end();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The sum of bytes that shows that a loop does the same as ours: each times 31 to the number of those behind it, modulo 2^32. */
export function sumOf(bytes) {
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) sum = (Math.imul(sum, 31) + bytes[i]) >>> 0;
  return sum;
}
