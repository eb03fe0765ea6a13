/** The program: reads the command line, runs the command, and answers the exit code. */
import { readFileSync } from 'node:fs';
import { SharenaError } from '@sharena/heap';
import { Command, CommanderError } from 'commander';
import { benchCommand } from './commands/bench.ts';
import { completionCommand } from './commands/completion.ts';
import { runCommand } from './commands/run.ts';
import { UsageError } from './errors.ts';
import { EXIT_FAILED, EXIT_OK, EXIT_USAGE } from './exit-codes.ts';
import type { Host } from './host.ts';
import { Output } from './output.ts';
import { fillImpliedValues } from './steps.ts';

/** Runs the program in a host. Never rejects. */
export async function main(host: Host): Promise<number> {
  const output = new Output(host.stdout);
  const errors = new Output(host.stderr);
  let code = EXIT_OK;
  try {
    await program(host, output, (exit) => {
      code = exit;
    }).parseAsync(fillImpliedValues(host.args), { from: 'user' });
  } catch (error) {
    code = failed(error, errors);
  }
  if (!output.failure) return code;
  errors.write(`error: cannot write to standard output: ${output.failure.message}\n`);
  return code === EXIT_OK ? EXIT_FAILED : code;
}

function program(host: Host, output: Output, onExit: (code: number) => void): Command {
  const command = new Command('sharena')
    .description('Parallel image pipelines: worker threads that share images in one heap.')
    .version(version(), '--version', 'show the version')
    .exitOverride()
    .configureOutput({ writeOut: (text) => output.write(text), writeErr: (text) => host.stderr.write(text) })
    .configureHelp({ showGlobalOptions: false })
    .showHelpAfterError('(sharena --help shows the commands)')
    .addHelpText('after', '\nsharena run --help shows the options of run, with examples.');
  const add = (each: Command): void => {
    each.copyInheritedSettings(command).showHelpAfterError(`(sharena ${each.name()} --help shows the options)`);
    command.addCommand(each);
  };
  add(runCommand(host, output, onExit));
  add(benchCommand(host, output, onExit));
  add(completionCommand(output, () => command.commands));
  return command;
}

/** Says why it ended, and answers the exit code. */
function failed(error: unknown, errors: Output): number {
  // Commander has written its message; help and version come as errors as well.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
  if (error instanceof UsageError || (error instanceof SharenaError && error.code === 'ERR_SHARENA_PLAN')) {
    errors.write(`error: ${error.message}\n`);
    return EXIT_USAGE;
  }
  errors.write(`internal error: ${error instanceof Error ? error.stack : error}\nPlease report this.\n`);
  return EXIT_FAILED;
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}
