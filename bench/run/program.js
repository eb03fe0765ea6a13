/** A program of the suites, as a case: each sample is a process of its own, so that what V8 compiles is drawn anew. */
import { fileURLToPath } from 'node:url';
import { runProgram } from '@sharena/measure';

/** What runs our programs: this Node, or the one that `--node` names. */
let node = [process.execPath];

/** @param {string[]} command a path, or a command such as `npx -y node@24` */
export function useNode(command) {
  node = command;
}

/**
 * @param {URL} file
 * @param {unknown[]} args
 * @returns {Promise<Record<string, number>>} what it prints
 */
export function runNode(file, ...args) {
  return runProgram(command(file, args));
}

/**
 * As {@link runNode}, for programs that take minutes.
 *
 * @param {number} deadline milliseconds after which it is ended
 * @param {URL} file
 * @param {unknown[]} args
 */
export function runNodeFor(deadline, file, ...args) {
  return runProgram(command(file, args), { deadline });
}

function command(file, args) {
  return [...node, '--expose-gc', fileURLToPath(file), ...args.map(String)];
}

/** Prints what a program measured. */
export function answer(numbers) {
  console.log(JSON.stringify(numbers));
}

/**
 * Cases that one process measures together: the first of them runs it, the others take theirs from its answer.
 *
 * @param {() => Promise<Record<string, Record<string, number>>>} run answers by case, and then by number
 * @param {string[]} names of the cases
 * @param {object} [more] of each case
 */
export function together(run, names, more = {}) {
  let answers;
  return names.map((name, i) => ({
    name,
    ...more,
    async run() {
      if (i === 0) answers = await run();
      return answers[name];
    },
  }));
}
