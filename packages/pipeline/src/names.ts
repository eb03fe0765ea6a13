/**
 * Names: what a plan, the options in it, and those of a run may say. A misspelt one would be heeded by nobody, and nobody would hear of it.
 *
 * A table of names is held against its type by the compiler: none is missing, and none is too many.
 */
import { InvalidArgumentError } from '@sharena/heap';
import { PlanError } from './errors.ts';
import { show } from './show.ts';

/** A table of the names of a type. */
export type Names<T> = { readonly [Name in keyof T]-?: true };

/**
 * Refuses options that are no object, and names that none has: either would be taken for no options.
 *
 * @throws {InvalidArgumentError} naming the first of these, and those that there are
 */
export function checkOptions<T extends object>(options: T, names: Names<T>): void {
  if (typeof options !== 'object' || options === null) throw new InvalidArgumentError('options', 'an object', options);
  const other = unknownOf(options, names);
  if (other === undefined) return;
  const known = Object.keys(names).join(', ');
  throw new InvalidArgumentError(`options.${other}`, `left out: there are only ${known}`, options[other as keyof T]);
}

/**
 * Refuses names that nothing is called.
 *
 * @param where - for the message
 * @throws {PlanError} naming the first of them, and those that there are
 */
export function expectNames(where: string, said: object, names: object): void {
  const other = unknownOf(said, names);
  if (other === undefined) return;
  const known = Object.keys(names);
  const wanted = known.length === 0 ? 'nothing more' : `only ${known.join(', ')}`;
  throw new PlanError(`${where}: there is no ${show(other)}, ${wanted}`);
}

function unknownOf(said: object, names: object): string | undefined {
  return Object.keys(said).find((name) => !Object.hasOwn(names, name));
}
