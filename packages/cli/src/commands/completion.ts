/** `sharena completion`: a script with which a shell completes commands, options and values. It is made of the commands as they are. */
import { Argument, Command } from 'commander';
import { bashScript } from '../completion/bash.ts';
import { type Described, describeCommand } from '../completion/describe.ts';
import { fishScript } from '../completion/fish.ts';
import { zshScript } from '../completion/zsh.ts';
import type { Output } from '../output.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const satisfies Record<
  string,
  (commands: readonly Described[]) => string
>;
type Shell = keyof typeof SCRIPTS;

const HELP = `
Examples:
  $ source <(sharena completion bash)        # for this shell; in ~/.bashrc for all
  $ source <(sharena completion zsh)         # in ~/.zshrc, after compinit
  $ sharena completion fish > ~/.config/fish/completions/sharena.fish
`;

/** The command. @param commands - answers those that are completed */
export function completionCommand(output: Output, commands: () => readonly Command[]): Command {
  return new Command('completion')
    .description('write a script that completes commands, options and values in a shell')
    .addArgument(new Argument('<shell>', 'for which shell').choices(Object.keys(SCRIPTS)))
    .addHelpText('after', HELP)
    .action((shell: Shell) => void output.write(SCRIPTS[shell](commands().map(describeCommand))));
}
