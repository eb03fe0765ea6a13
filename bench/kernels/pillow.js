/** Pillow, in a process of its own that is asked for one operation at a time and answers how long it took. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const program = `
import sys, time
import PIL
from PIL import Image, ImageChops, ImageFilter, ImageOps, ImageStat
width, height = int(sys.argv[2]), int(sys.argv[3])
rgb = Image.frombytes("RGB", (width, height), open(sys.argv[1] + "/rgb", "rb").read())
rgba = Image.frombytes("RGBA", (width, height), open(sys.argv[1] + "/rgba", "rb").read())
l = rgb.convert("L")
premultiplied = rgba.convert("RGBa")
depth, integers, floats = l.convert("I;16"), l.convert("I"), l.convert("F")
opaque = rgb.convert("RGBA")
turned = rgba.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
upside = rgb.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
empty = Image.new("RGB", (width, height))
square = [x * x >> 16 for x in range(65536)]
R, T, T2 = Image.Resampling, Image.Transpose, Image.Transform
for line in sys.stdin:
    code = compile(line.strip(), "line", "eval")
    begun = time.perf_counter()
    eval(code)
    print((time.perf_counter() - begun) * 1000, flush=True)
`;

/** Starts Pillow with the photograph as \`rgb\`, \`rgba\` and \`l\`; undefined where it is not installed. */
export async function startPillow({ rgb, rgba }) {
  const python = ['python3', '/usr/bin/python3'].find((name) => version(name) !== undefined);
  if (python === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'sharena-bench-pillow-'));
  writeFileSync(join(folder, 'rgb'), rgb.packed);
  writeFileSync(join(folder, 'rgba'), rgba.packed);
  const child = spawn(python, ['-c', program, folder, `${rgb.width}`, `${rgb.height}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    version: version(python),
    /** Milliseconds that an expression of Python takes. */
    async time(expression) {
      child.stdin.write(`${expression}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`Pillow ended at ${expression}`);
      return Number(value);
    },
    end() {
      child.stdin.end();
      rmSync(folder, { recursive: true });
    },
  };
}

function version(python) {
  const { status, stdout } = spawnSync(python, ['-c', 'import PIL; print(PIL.__version__)'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
