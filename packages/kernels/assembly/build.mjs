// Compiles the kernels of this folder into dist, once for each level of SIMD. `npm run build` of the package runs it before tsc.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));
const builds = { simd: ['simd'], 'relaxed-simd': ['simd', 'relaxed-simd'] };

mkdirSync(new URL('../dist', import.meta.url), { recursive: true });
for (const [name, features] of Object.entries(builds)) {
  const { error, stderr } = await asc.main([
    'assembly/index.ts',
    ...['--baseDir', root, '--outFile', `dist/${name}.wasm`],
    ...['threads', ...features].flatMap((feature) => ['--enable', feature]),
    // The memory is the heap's own, whatever its size: 65536 pages are the most that a module can ask for.
    ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
    // No runtime, no start function, no data: an instance holds nothing but its code.
    ...['--runtime', 'stub', '--noAssert', '--optimizeLevel', '3', '--shrinkLevel', '0', '--converge'],
  ]);
  if (error) {
    console.error(`${stderr}`);
    process.exit(1);
  }
}
