/** What values of options may be, for the help and for completion in a shell. */
import { Option } from 'commander';

/** Names to choose from, or a path. */
export type Values = readonly string[] | 'file' | 'folder';

/** An option of the command line that knows its values. It does not check them. */
export class ValueOption extends Option {
  /** What its value may be, where that can be listed. */
  readonly values: Values | undefined;

  constructor(flags: string, help: string, values?: Values) {
    super(flags, help);
    this.values = values;
  }
}

/** Names as the help lists them. @param byDefault - which one it is when none is given */
export function listed(names: readonly string[], byDefault?: string): string {
  return names.map((name) => (name === byDefault ? `${name} (default)` : name)).join(', ');
}
