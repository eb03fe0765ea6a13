// `turbo` with its telemetry and its update notice off, on every platform: node scripts/turbo.mjs run build
import { binary, run } from './lib/run.mjs';

process.exit(run(process.execPath, [binary('turbo'), ...process.argv.slice(2)]));
