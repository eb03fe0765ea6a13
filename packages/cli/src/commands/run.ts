/** `sharena run`: its options, and what they ask for. */
import { FORMATS, outputsOf, type Plan, pipeline } from '@sharena/pipeline';
import { Command, Option } from 'commander';
import { explainWork } from '../dry-run.ts';
import { UsageError } from '../errors.ts';
import type { Host } from '../host.ts';
import { Interrupt } from '../interrupt.ts';
import { OPERATIONS, SETTINGS, stepsWith } from '../operations/index.ts';
import { readChoices, readWhole } from '../options.ts';
import type { Output } from '../output.ts';
import { PartFiles } from '../part-files.ts';
import { readPlan } from '../plans.ts';
import { prepare } from '../prepare.ts';
import { chooseReporter } from '../progress/choose.ts';
import { screenOf } from '../progress/reporter.ts';
import type { RunRequest } from '../request.ts';
import { addSteps, type Given } from '../steps.ts';
import { exitCodeOf } from '../tally.ts';
import { listed, ValueOption, type Values } from '../values.ts';
import { carryOut, checkReserve } from '../work.ts';
import { addDecodeOptions, DECODE_NAMES, type DecodeArguments, readDecode } from './decode-options.ts';

const EXAMPLES = `
Steps are done in the order in which their options stand. A setting belongs to the last step before it that knows it: those in its
brackets. Where there is none before it, it belongs to the first one. Second images are prepared by runs of their own, or by --plan.

Exit codes: 0 all images done; 1 some failed; 2 the command line cannot be carried out; 130 interrupted.
Ctrl-C finishes the images in flight and stops; a second Ctrl-C stops at once.

Examples:
  Photos to thumbnails:
    $ sharena run photos --resize 320x240 --format webp --quality 80 --out thumbnails
  A quoted pattern, and black and white:
    $ sharena run 'photos/**/*.jpg' --resize 1600x --grayscale --out grey
  Turned, then scaled onto a white ground:
    $ sharena run scan.png --rotate90 --resize 800x800 --fit contain --background white --out turned
  A scan made straight and clean, without its margin:
    $ sharena run scans --rotate -1.5 --background white --median 3 --trim --tolerance 40 --autocontrast --cutoff 1 --out clean
  A part of each, framed:
    $ sharena run photos --crop 600x400+100+50 --extend 20 --background '#333' --out framed
  A responsive set, six files for each photo:
    $ sharena run photos --widths 1600,800,400 --format webp,avif --out site
  A watermark, and what it would take:
    $ sharena run photos --resize 1600x --composite logo.png --position southeast --move -20,-20 --out marked --dry-run
  A function of your own for every pixel row, with four threads:
    $ sharena run photos --map ./sepia.js --params '{"strength":0.6}' --threads 4 --out sepia
  For programs:
    $ sharena run photos --format avif --out small --json > results.jsonl
`;

/**
 * The command.
 *
 * @param onExit - is told the exit code
 */
export function runCommand(host: Host, output: Output, onExit: (code: number) => void): Command {
  const command = new Command('run')
    .description('process images in parallel')
    .argument('<inputs...>', 'files, folders (the images in them) and patterns')
    .addHelpText('after', EXAMPLES);
  const given = addStepOptions(command);
  addDecodeOptions(command);
  addOutputOptions(command);
  addRunOptions(command);
  return command.action(async (inputs: string[], options: Options) => {
    const request = requestOf(inputs, options, given, host.cwd);
    onExit(await run(request, host, output));
  });
}

/** What commander makes of the options that are no steps. */
interface Options extends DecodeArguments {
  readonly format?: string;
  readonly widths?: string;
  readonly plan?: string;
  readonly dryRun?: boolean;
  readonly watch?: boolean;
  readonly quality?: string;
  readonly keepMetadata?: boolean;
  readonly out: string;
  readonly recursive?: boolean;
  readonly threads?: string;
  readonly reserve?: string;
  readonly parallel: RunRequest['parallel'];
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Adds the options of steps, and answers the list that parsing writes them to, in their order. */
function addStepOptions(command: Command): readonly Given[] {
  const given: Given[] = [];
  const add = (group: string, flags: string, help: string, values?: Values): void => {
    const option = new ValueOption(flags, help, values).helpGroup(group);
    command.addOption(option);
    // Commander's own values know no order.
    command.on(`option:${option.name()}`, (value?: string | null) => {
      given.push({ name: option.name(), value: value ?? undefined });
    });
  };
  for (const { flags, help, values } of OPERATIONS) add('Steps:', flags, help, values);
  for (const setting of SETTINGS) {
    const { flags, help, values } = setting;
    add('Settings of the step before them:', flags, `${help} [${stepsWith(setting).join(', ')}]`, values);
  }
  return given;
}

function addOutputOptions(command: Command): void {
  command
    .optionsGroup('Output:')
    .addOption(
      new ValueOption(
        '--out <folder>',
        'folder to write to; made with its parents (required)',
        'folder',
      ).makeOptionMandatory(),
    )
    .addOption(
      new ValueOption(
        '--format <names>',
        `${listed(FORMATS)}; several with commas (default: as the input, or png)`,
        FORMATS,
      ),
    )
    .option('--widths <list>', 'several outputs, scaled to these widths: 1600,800,400')
    .addOption(
      new ValueOption('--plan <file>', 'steps and outputs from a JSON file', 'file').conflicts([
        'widths',
        'quality',
        'keepMetadata',
        ...DECODE_NAMES,
      ]),
    )
    .option('--quality <n>', '1 to 100; for png it makes a palette (default: as sharp has it)')
    .option('--keep-metadata', 'keep EXIF, XMP, density and a colour profile (default: strip them)');
}

function addRunOptions(command: Command): void {
  command
    .optionsGroup('Run:')
    .option('--recursive', 'take the images of folders in folders too')
    .option('--threads <n>', 'threads (default: as many as the machine runs at once)')
    .option('--reserve <size>', 'address space of the heap, such as 512MiB (default: 4GiB)')
    .addOption(
      new Option('--parallel <how>', 'an image for each thread, or all threads for one image')
        .choices(['auto', 'images', 'strips'])
        .default('auto'),
    )
    .option('--dry-run', 'tell what would be done, sizes and memory, and do nothing')
    .option('--watch', 'go on with images that come or change, until Ctrl-C')
    .option('--json', 'write a line of JSON for each image, and one at the end')
    .addOption(new Option('--quiet', 'write failures alone').conflicts('json'));
}

function requestOf(inputs: string[], options: Options, given: readonly Given[], cwd: string): RunRequest {
  const { quality, threads, reserve, format, widths, plan, ...rest } = options;
  if (plan !== undefined && given.length > 0)
    throw new UsageError(`--plan has the steps: --${given[0].name} has no place`);
  // An empty path is an unset variable of a script. It would mean the folder that the program was started in.
  if (inputs.includes('')) throw new UsageError('an input should be a file, a folder or a pattern, got ""');
  if (rest.out === '') throw new UsageError('--out should be a folder, got ""');
  return {
    inputs,
    out: rest.out,
    recursive: rest.recursive ?? false,
    parallel: rest.parallel,
    json: rest.json ?? false,
    quiet: rest.quiet ?? false,
    steps: addSteps(pipeline(readDecode(options)), given, { cwd }),
    plan: plan === undefined ? undefined : planFrom(plan, format, cwd),
    widths: widths === undefined ? [] : readWidths(widths),
    formats: format === undefined ? [] : readChoices('--format', format, FORMATS),
    dryRun: rest.dryRun ?? false,
    watch: rest.watch ?? false,
    reserve,
    quality: quality === undefined ? undefined : readWhole('--quality', quality, 1, 100),
    keepMetadata: rest.keepMetadata ?? false,
    threads: threads === undefined ? undefined : readWhole('--threads', threads, 1, 128),
  };
}

/** The plan of a file, whose outputs that are images get a format. */
function planFrom(file: string, format: string | undefined, cwd: string): Plan {
  const plan = readPlan('--plan', file, cwd);
  if (format !== undefined && outputsOf(plan).every(({ output }) => output.kind === 'encode')) {
    throw new UsageError('--plan has the formats of all its outputs: --format has no place');
  }
  return plan;
}

function readWidths(text: string): number[] {
  return [...new Set(text.split(','))].map((width) => readWhole('--widths', width, 1, 65535));
}

async function run(request: RunRequest, host: Host, output: Output): Promise<number> {
  if (request.dryRun) {
    checkReserve(request);
    return explainWork(await prepare(request, host.cwd), output);
  }
  const reporter = chooseReporter(screenOf(host, output), request);
  const parts = new PartFiles();
  const stop = (): void => reporter.notice('Finishing the images in flight; Ctrl-C again stops at once.');
  const stopNow = (): void => {
    reporter.close();
    parts.remove();
    host.die();
  };
  using interrupt = new Interrupt(host.signals, stop, stopNow);
  try {
    const work = await prepare(request, host.cwd);
    parts.expect(work.files);
    const summary = await carryOut(request, work, host.cwd, interrupt, reporter);
    reporter.finish(summary);
    if (summary.liveImages > 0) {
      host.stderr.write(`internal error: ${summary.liveImages} images are still in the heap. Please report this.\n`);
    }
    return exitCodeOf(summary);
  } finally {
    reporter.close();
  }
}
