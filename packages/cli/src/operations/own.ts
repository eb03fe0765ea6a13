/** Steps that call functions of the user's own. */
import type { MapOptions, MapWasmOptions } from '@sharena/pipeline';
import { UsageError } from '../errors.ts';
import { readModule } from '../options.ts';
import type { Operation } from './operation.ts';
import { HALO, PARAMS } from './settings.ts';

/** All of them. */
export const OWN: readonly Operation[] = [
  {
    flags: '--map <module>',
    help: 'call the default export of a JavaScript module (path or file: URL) on the rows of the image',
    values: 'file',
    settings: { params: PARAMS, halo: HALO },
    step: (text, { cwd }) => {
      const module = readModule('--map', text, cwd);
      return (plan, { params, ...options }) => plan.map(module, params, options as MapOptions);
    },
  },
  {
    flags: '--map-wasm <module:function>',
    help: 'call a function of a WebAssembly module on the rows of the image',
    values: 'file',
    settings: { params: PARAMS, halo: HALO },
    step: (text, { cwd }) => {
      const at = text.lastIndexOf(':');
      if (at < 1) throw new UsageError(`--map-wasm should be module.wasm:function, got ${JSON.stringify(text)}`);
      const module = readModule('--map-wasm', text.slice(0, at), cwd);
      return (plan, settings) => plan.mapWasm(module, text.slice(at + 1), settings as MapWasmOptions);
    },
  },
];
