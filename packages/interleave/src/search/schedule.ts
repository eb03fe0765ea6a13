/**
 * Schedules as text: `a5b3a!c~` is five steps of thread a, three of b, the death of a, and the time-out of c's wait.
 *
 * Threads are the letters a to h in the order of the scenario. The text says only which thread goes next, so it means the same
 * on every version of Node. A replay string is `1:<exported name>:<crashes>:<schedule>`.
 */
import { ScheduleError } from '../errors.ts';
import { type Choice, KILL, RUN, TIMEOUT } from '../machine/types.ts';

const FIRST_LETTER = 97;
const ACTION_MARKS = ['', '~', '!'];

/** The text of a list of choices. */
export function encodeSchedule(choices: readonly Choice[]): string {
  let text = '';
  for (let i = 0; i < choices.length; ) {
    const choice = choices[i]!;
    let end = i + 1;
    while ((choice & 3) === RUN && end < choices.length && choices[end] === choice) end++;
    const count = end - i;
    text += String.fromCharCode(FIRST_LETTER + (choice >> 2)) + ACTION_MARKS[choice & 3]! + (count > 1 ? String(count) : '');
    i = end;
  }
  return text;
}

/** The choices of a text. */
export function decodeSchedule(text: string): Choice[] {
  const choices: Choice[] = [];
  const part = /([a-h])([~!]?)(\d*)/y;
  while (part.lastIndex < text.length) {
    const at = part.lastIndex;
    const match = part.exec(text);
    if (match === null) throw new ScheduleError(`the schedule '${text}' cannot be read at character ${at}`);
    const action = match[2] === '!' ? KILL : match[2] === '~' ? TIMEOUT : RUN;
    const choice = (match[1]!.charCodeAt(0) - FIRST_LETTER) * 4 + action;
    const count = match[3] === '' ? 1 : Number(match[3]);
    if (count > 1_000_000) throw new ScheduleError(`the schedule repeats a step ${count} times; the most is 1000000`);
    for (let i = 0; i < count; i++) choices.push(choice);
  }
  return choices;
}

/** A replay string, taken apart. */
export interface Replay {
  readonly scenario: string;
  readonly crashes: number;
  readonly choices: readonly Choice[];
}

export function encodeReplay(scenario: string, crashes: number, choices: readonly Choice[]): string {
  return `1:${scenario}:${crashes}:${encodeSchedule(choices)}`;
}

export function decodeReplay(text: string): Replay {
  const match = /^1:([^:]+):(\d+):(.*)$/.exec(text);
  if (match === null) throw new ScheduleError(`'${text}' is not a replay string; it must be 1:<scenario>:<crashes>:<schedule>`);
  return { scenario: match[1]!, crashes: Number(match[2]), choices: decodeSchedule(match[3]!) };
}

/** How often a schedule goes from one thread to another. */
export function switchesIn(choices: readonly Choice[]): number {
  let switches = 0;
  for (let i = 1; i < choices.length; i++) {
    if (choices[i]! >> 2 !== choices[i - 1]! >> 2) switches++;
  }
  return switches;
}
