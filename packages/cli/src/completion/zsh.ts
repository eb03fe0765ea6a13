/** Completion in zsh, by its `_arguments`. */
import type { Values } from '../values.ts';
import type { Described, DescribedOption } from './describe.ts';

/** The script: for `source`, or for a file `_sharena` in a folder of `fpath`. */
export function zshScript(commands: readonly Described[]): string {
  const names = commands.map(({ name, help }) => `'${name}:${quoted(help)}'`);
  return `#compdef sharena
_sharena() {
  local -a commands=(${names.join(' ')})
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  local command=$words[2]
  shift words; (( CURRENT-- ))
  case $command in
${commands.map(caseOf).join('\n')}
  esac
}
if [[ $funcstack[1] == _sharena ]]; then _sharena "$@"; else compdef _sharena sharena; fi
`;
}

function caseOf({ name, options, takes }: Described): string {
  const specs = [...options.map(spec), ...(takes ? [`'*:argument:${action(takes)}'`] : [])];
  return `    ${name}) _arguments \\\n      ${specs.join(' \\\n      ')} ;;`;
}

/** An option may be given again. Its value stands behind it, or behind an equals sign. */
function spec({ long, help, value }: DescribedOption): string {
  if (!value) return `'*${long}[${quoted(help)}]'`;
  const colon = value.optional ? '::' : ':';
  return `'*${long}=[${quoted(help)}]${colon}${quoted(value.name)}:${action(value.values)}'`;
}

function action(values: Values | undefined): string {
  if (values === 'file') return '_files';
  if (values === 'folder') return '_files -/';
  if (!values) return ' ';
  return `(${values.map((value) => value.replace(';', '\\;')).join(' ')})`;
}

/** As it stands between apostrophes, brackets and colons. */
function quoted(text: string): string {
  return text.replaceAll("'", '’').replaceAll('[', '(').replaceAll(']', ')').replaceAll(':', '\\:');
}
