// A program of its own: starts a runtime, works, and comes to its end in the way that its first argument says.
import { pipeline, Runtime } from '@sharena/pipeline';

const [, , does, photo] = process.argv;
const misbehave = new URL('./misbehave.js', import.meta.url);
const runtime = await Runtime.start({ threads: 1, reserve: '64MiB' });

async function run(plan, inputs) {
  const results = [];
  for await (const result of runtime.run(plan, inputs)) results.push(result.ok);
  return results.join();
}

const expected = { 'has threads that exit': 'false', 'never runs anything': '' }[does] ?? 'true,true,true';
const how = does.includes('interval') ? 'leave an interval' : does.includes('exit') ? 'exit' : 'nothing';
const plan = pipeline().resize(20, 20).map(misbehave, { how }).encode('png');
const seen = does === 'never runs anything' ? '' : await run(plan, how === 'exit' ? [photo] : [photo, photo, photo]);
if (does.includes('loop')) {
  // A loop that is left with results in flight and never ended.
  await runtime.run(plan, [photo, photo, photo, photo]).next();
}
if (does.includes('closes')) await runtime.close();
console.log(seen === expected ? 'done' : seen);
