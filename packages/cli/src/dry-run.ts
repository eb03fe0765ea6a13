/** `--dry-run`: tells what would be done: the steps, for each image its sizes and its memory, and the files. Nothing is written. */
import { SharenaError } from '@sharena/heap';
import { explain, type Plan, type Step } from '@sharena/pipeline';
import { EXIT_FAILED, EXIT_OK } from './exit-codes.ts';
import type { Output } from './output.ts';
import type { Batch, Job, Work } from './prepare.ts';
import { formatBytes } from './text.ts';

/** Tells it, and answers the exit code. */
export async function explainWork({ batches, missing }: Work, output: Output): Promise<number> {
  let [failed, most] = [missing.length, 0];
  for (const { label, reason } of missing) output.write(`${label}: ${reason}\n`);
  for (const batch of batches) {
    output.write(`${planLines(batch.plan, '').join('\n')}\n`);
    for (const job of batch.jobs) {
      const bytes = await explainJob(job, batch, output);
      if (bytes === undefined) failed++;
      else most = Math.max(most, bytes);
    }
  }
  output.write(`at most ${formatBytes(most)} of pixels for an image; each thread works on one\n`);
  return failed > 0 ? EXIT_FAILED : EXIT_OK;
}

/** Answers the bytes that the job takes; undefined when it would fail. */
async function explainJob(job: Job, { plan }: Batch, output: Output): Promise<number | undefined> {
  try {
    const { decoded, reduction, scaled, bytes, outputs } = await explain(plan, job.source as string);
    const reduced = scaled ? ', scaled by the decoder' : reduction > 1 ? `, decoded at 1/${reduction}` : '';
    output.write(`${job.label}: ${decoded.width}x${decoded.height} ${decoded.mode}${reduced}, ${formatBytes(bytes)}\n`);
    outputs.forEach(({ width, height, mode }, i) => {
      output.write(`  -> ${job.outputs[i]}: ${width}x${height} ${mode}\n`);
    });
    return bytes;
  } catch (error) {
    if (!(error instanceof SharenaError)) throw error;
    output.write(`${job.label}: ${error.message}\n`);
    return undefined;
  }
}

function planLines({ steps, output }: Plan, indent: string): string[] {
  const lines = steps.map((step) => `${indent}${stepText(step)}`);
  if (output.kind === 'encode') return [...lines, `${indent}encode ${output.format} ${JSON.stringify(output.options)}`];
  if (output.kind !== 'branches') return lines;
  return [
    ...lines,
    ...output.branches.flatMap(({ name, plan }) => [`${indent}branch ${name}:`, ...planLines(plan, `${indent}  `)]),
  ];
}

function stepText({ op, ...settings }: Step): string {
  const text = JSON.stringify(settings);
  return text === '{}' ? op : `${op} ${text}`;
}
