/** `node examples/run.mjs hand-over`: explores every scenario of an example. Build first. */
import { explore, loadScenarios } from '@sharena/interleave';

const file = await loadScenarios(new URL(`./${process.argv[2]}.scenario.ts`, import.meta.url));
for (const scenario of file.scenarios) {
  const result = explore(scenario, { crashes: Number(process.argv[3] ?? 0) });
  console.log(result.failure?.report ?? result.summary);
}
