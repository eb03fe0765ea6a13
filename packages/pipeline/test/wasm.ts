/** WebAssembly modules for tests of mapWasm, compiled as a user would do it. */
import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';

const signature =
  '(rows: usize, source: usize, width: i32, height: i32, pixelSize: i32, top: i32, all: i32, params: usize): void';
const row = (table: string, y: string): string => `<usize>load<u32>(${table} + (<usize>(${y}) << 2))`;

/** What the tests call. */
const SOURCE = `
/** Adds params[0] to every byte. */
export function add${signature} {
  const amount = <i32>load<f64>(params);
  for (let y = 0; y < height; y++) {
    const at = ${row('rows', 'y')};
    for (let i = 0; i < width * pixelSize; i++) store<u8>(at + i, <u8>(<i32>load<u8>(at + i) + amount));
  }
}
/** The mean of each byte and those params[0] rows above and below it. */
export function soften${signature} {
  const halo = <i32>load<f64>(params);
  for (let y = 0; y < height; y++) {
    const at = ${row('rows', 'y')};
    const above = ${row('source', 'y')};
    const here = ${row('source', 'y + halo')};
    const below = ${row('source', 'y + 2 * halo')};
    for (let i = 0; i < width * pixelSize; i++) {
      store<u8>(at + i, <u8>((<i32>load<u8>(above + i) + <i32>load<u8>(here + i) + <i32>load<u8>(below + i)) / 3));
    }
  }
}
/** Writes the number of each row, the image's height and the bytes of a pixel into its first pixel. */
export function describe${signature} {
  for (let y = 0; y < height; y++) {
    const at = ${row('rows', 'y')};
    store<u8>(at, <u8>(top + y));
    store<u8>(at + 1, <u8>all);
    store<u8>(at + 2, <u8>pixelSize);
  }
}
export function trap${signature} {
  unreachable();
}
`;
const WITH_DATA = 'export function text(): usize { return changetype<usize>("data at a fixed address"); }';

/** Compiles a module into a folder. @returns its URL */
export async function compileWasm(folder: string, which: 'rows' | 'with-data'): Promise<URL> {
  const flags = ['--enable threads', '--importMemory', '--sharedMemory', '--initialMemory 1', '--maximumMemory 65536'];
  const options = [...flags, '--runtime stub', '--noAssert', '-O3'].flatMap((flag) => flag.split(' '));
  const files: Record<string, string> = { 'module.ts': which === 'rows' ? SOURCE : WITH_DATA };
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(['module.ts', ...options, '--outFile', 'module.wasm'], {
    readFile: (name) => files[name] ?? null,
    writeFile: (_, contents) => {
      if (typeof contents !== 'string') binary = contents;
    },
    listFiles: () => [],
  });
  if (error || !binary) throw new Error(`asc: ${stderr}`);
  const path = `${folder}/${which}.wasm`;
  await writeFile(path, binary);
  return pathToFileURL(path);
}
