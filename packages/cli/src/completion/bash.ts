/** Completion in bash. */
import type { Values } from '../values.ts';
import type { Described } from './describe.ts';

/**
 * The script. Without an answer bash completes names of files, unless `compopt` forbids it, which is of bash 4: before, it completes
 * them where nothing else fits. In `--fit=co` the sign is a word of its own.
 */
export function bashScript(commands: readonly Described[]): string {
  return `_sharena() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" words="" folders="" IFS=$' \\t\\n'
  if [[ "$word" == "=" ]]; then word=""; elif [[ "$before" == "=" ]]; then before="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    words="${commands.map(({ name }) => name).join(' ')}"
  else
    case "\${COMP_WORDS[1]} $before" in
${commands.flatMap(valueCases).join('\n')}
      *) case "\${COMP_WORDS[1]} $word" in
${commands.flatMap(wordCases).join('\n')}
        *) return ;;
      esac ;;
    esac
  fi
  if [[ -n "$folders" ]]; then
    compopt -o filenames 2> /dev/null
    IFS=$'\\n'
    COMPREPLY=($(compgen -d -- "$word"))
  else
    compopt +o default 2> /dev/null
    COMPREPLY=($(compgen -W "$words" -- "$word"))
    COMPREPLY=("\${COMPREPLY[@]//;/\\\\;}") # RGB;24 would end the command
  fi
}
complete -o default -F _sharena sharena
`;
}

/** What stands behind an option. */
function valueCases({ name, options }: Described): string[] {
  return options.flatMap(({ long, value }) =>
    value && !value.optional ? [`      '${name} ${long}') ${answer(value.values)} ;;`] : [],
  );
}

/** Options and arguments. */
function wordCases({ name, options, takes }: Described): string[] {
  return [
    `        '${name} -'*) words="${options.map(({ long }) => long).join(' ')}" ;;`,
    `        '${name} '*) ${answer(takes)} ;;`,
  ];
}

function answer(values: Values | undefined): string {
  if (values === 'file') return 'return';
  if (values === 'folder') return 'folders=yes';
  return `words="${(values ?? []).join(' ')}"`;
}
