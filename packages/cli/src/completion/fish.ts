/** Completion in fish, from version 3 on. */
import type { Values } from '../values.ts';
import type { Described, DescribedOption } from './describe.ts';

/** The script. */
export function fishScript(commands: readonly Described[]): string {
  return `${commands.flatMap(linesOf).join('\n')}\n`;
}

function linesOf({ name, help, options, takes }: Described): string[] {
  const within = `complete -c sharena -n '__fish_seen_subcommand_from ${name}'`;
  const lines = options.map((option) => `${within} ${optionOf(option)}`);
  // Without a word of it, fish completes names of files.
  const first = `complete -c sharena -n __fish_use_subcommand -f -a ${name} -d '${quoted(help)}'`;
  return takes === 'file' ? [first, ...lines] : [first, `${within} -f${choices(takes)}`, ...lines];
}

function optionOf({ long, help, value }: DescribedOption): string {
  const takes = value && !value.optional ? completionOf(value.values) : '';
  return `-l ${long.slice(2)}${takes} -d '${quoted(help)}'`;
}

function completionOf(values: Values | undefined): string {
  return values === 'file' ? ' -r -F' : ` -x${choices(values)}`;
}

function choices(values: Values | undefined): string {
  if (values === 'folder') return " -a '(__fish_complete_directories)'";
  if (values === undefined || values === 'file') return '';
  return ` -a '${values.map((value) => value.replace(';', '\\\\;')).join(' ')}'`;
}

/** As it stands between apostrophes. */
function quoted(text: string): string {
  return text.replaceAll("'", '’');
}
