/** `sharena completion`: a script with which a shell completes commands and options. It is made of the commands as they are. */
import { Argument, Command, type Option } from 'commander';
import type { Output } from '../output.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

const HELP = `
Examples:
  $ source <(sharena completion bash)        # for this shell; in ~/.bashrc for all
  $ sharena completion fish > ~/.config/fish/completions/sharena.fish
`;

/** The command. @param commands - answers those that are completed */
export function completionCommand(output: Output, commands: () => readonly Command[]): Command {
  return new Command('completion')
    .description('write a script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>', 'for which shell').choices(SHELLS))
    .addHelpText('after', HELP)
    .action((shell: Shell) => void output.write(SCRIPTS[shell](commands())));
}

const SCRIPTS: Readonly<Record<Shell, (commands: readonly Command[]) => string>> = { bash, zsh, fish };

function bash(commands: readonly Command[]): string {
  const cases = commands.map((command) => `    ${command.name()}) words="${longsOf(command).join(' ')}" ;;`);
  return `_sharena() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    *) words="${commands.map((command) => command.name()).join(' ')}" ;;
  esac
  if [[ COMP_CWORD -eq 1 || "$word" == -* ]]; then COMPREPLY=($(compgen -W "$words" -- "$word")); fi
}
complete -o default -F _sharena sharena
`;
}

function zsh(commands: readonly Command[]): string {
  const cases = commands.map((command) => {
    const options = optionsOf(command).map(({ long, description, required, optional }) => {
      const value = required ? ':value:_files' : optional ? '::value:' : '';
      return `'*${long}[${quoted(description)}]${value}'`;
    });
    return `    ${command.name()}) _arguments ${[...options, "'*:file:_files'"].join(' ')} ;;`;
  });
  const names = commands.map((command) => `'${command.name()}:${quoted(command.description())}'`);
  return `#compdef sharena
_sharena() {
  local -a commands=(${names.join(' ')})
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  local command=$words[2]
  shift words; (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
compdef _sharena sharena
`;
}

function fish(commands: readonly Command[]): string {
  const lines = commands.flatMap((command) => {
    const name = command.name();
    const first = `complete -c sharena -n __fish_use_subcommand -f -a ${name} -d '${quoted(command.description())}'`;
    const options = optionsOf(command).map(({ long, description, required }) => {
      const value = required ? ' -r' : '';
      return `complete -c sharena -n '__fish_seen_subcommand_from ${name}' -l ${long?.slice(2)}${value} -d '${quoted(description)}'`;
    });
    return [first, ...options];
  });
  return `${lines.join('\n')}\n`;
}

function optionsOf(command: Command): Option[] {
  return command.options.filter(({ long, hidden }) => long !== undefined && !hidden);
}

function longsOf(command: Command): string[] {
  return [...optionsOf(command).map(({ long = '' }) => long), '--help'];
}

/** As it stands between apostrophes, and in zsh between brackets. */
function quoted(text: string): string {
  return text.replaceAll("'", '’').replaceAll('[', '(').replaceAll(']', ')').replaceAll(':', ' –');
}
