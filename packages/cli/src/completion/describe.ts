/** What a shell needs to know of a command to complete it. */
import type { Argument, Command, Option } from 'commander';
import { ValueOption, type Values } from '../values.ts';

/** A command. */
export interface Described {
  /** How it is called. */
  readonly name: string;
  /** What it does. */
  readonly help: string;
  /** Its options. */
  readonly options: readonly DescribedOption[];
  /** What its arguments may be; without it, it has none. */
  readonly takes: Values | undefined;
}

/** An option of a command. */
export interface DescribedOption {
  /** With its dashes. */
  readonly long: string;
  /** What it does. */
  readonly help: string;
  /** Its value; without it, it has none. */
  readonly value: DescribedValue | undefined;
}

/** The value of an option. */
export interface DescribedValue {
  /** What the help calls it. */
  readonly name: string;
  /** Whether it may be left out. */
  readonly optional: boolean;
  /** What it may be, where that can be listed. */
  readonly values: Values | undefined;
}

/** Describes a command. */
export function describeCommand(command: Command): Described {
  const [argument] = command.registeredArguments;
  const help: DescribedOption = { long: '--help', help: 'show the options', value: undefined };
  return {
    name: command.name(),
    help: command.description(),
    options: [...command.options.filter(({ hidden }) => !hidden).map(describeOption), help],
    takes: argument && describeArgument(argument),
  };
}

function describeArgument({ argChoices }: Argument): Values {
  return argChoices ?? 'file';
}

function describeOption(option: Option): DescribedOption {
  const { flags, long, description, required, optional, argChoices } = option;
  const values = argChoices ?? (option instanceof ValueOption ? option.values : undefined);
  const name = flags.slice(flags.indexOf(' ') + 2, -1);
  const value = required || optional ? { name, optional, values } : undefined;
  return { long: long ?? flags, help: description, value };
}
