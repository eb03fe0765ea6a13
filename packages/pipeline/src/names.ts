/**
 * Names: what a plan and the options in it may say. A misspelt one would be heeded by nobody, and nobody would hear of it.
 *
 * A table of names is held against its type by the compiler: none is missing, and none is too many.
 */
import { PlanError } from './errors.ts';
import { show } from './show.ts';

/** A table of the names of a type. */
export type Names<T> = { readonly [Name in keyof T]-?: true };

/**
 * Refuses names that nothing is called.
 *
 * @param where - for the message
 * @throws {PlanError} naming the first of them, and those that there are
 */
export function expectNames(where: string, said: object, names: object): void {
  const other = Object.keys(said).find((name) => !Object.hasOwn(names, name));
  if (other === undefined) return;
  const known = Object.keys(names);
  const wanted = known.length === 0 ? 'nothing more' : `only ${known.join(', ')}`;
  throw new PlanError(`${where}: there is no ${show(other)}, ${wanted}`);
}
