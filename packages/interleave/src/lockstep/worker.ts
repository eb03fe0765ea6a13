/** The worker of a lock-step run: one thread of a scenario, as it is, behind the turnstile. */
import { workerData } from 'node:worker_threads';
import type { Env, Scenario } from '../scenario.ts';
import { Control, ENDED, FIRST_DEATH, PARKED, WATCHING } from './control.ts';
import { installTurnstile } from './turnstile.ts';

export interface WorkerInput {
  readonly module: string;
  readonly exportName: string;
  readonly thread: number;
  readonly threads: number;
  readonly names: readonly string[];
  readonly buffer: SharedArrayBuffer;
  readonly buffers: readonly SharedArrayBuffer[];
  readonly shared: unknown;
  readonly words: SharedArrayBuffer;
  readonly log: SharedArrayBuffer;
  readonly deadline: number;
}

const input = workerData as WorkerInput;
const control = new Control(input.words, input.log);
const later: { oracle: string; event: unknown }[] = [];

function tellLater(): void {
  for (const { oracle, event } of later.splice(0)) control.write({ thread: input.thread, oracle, event });
}

const env: Env & { readonly real: true } = {
  buffer: input.buffer,
  words: new Int32Array(input.buffer),
  bytes: new Uint8Array(input.buffer),
  shared: input.shared,
  name: input.names[input.thread]!,
  index: input.thread,
  real: true,
  untilDeath() {
    control.setState(input.thread, WATCHING);
    const told = control.takeGrant(input.thread, input.deadline);
    tellLater();
    return told >= FIRST_DEATH ? input.names[told - FIRST_DEATH] : undefined;
  },
  forget() {
    // A real thread has nothing to forget.
  },
  tell(oracle, event) {
    tellLater();
    control.write({ thread: input.thread, oracle, event });
  },
  tellNext(oracle, event) {
    later.push({ oracle, event });
  },
};

const exports = (await import(input.module)) as Record<string, Scenario>;
const thread = exports[input.exportName]!.threads[input.thread]!;
if (thread.prepare !== undefined) {
  // The controller lets the threads prepare themselves one after the other.
  control.setState(input.thread, PARKED);
  control.takeGrant(input.thread, input.deadline);
}
const prepared = await thread.prepare?.(env);
installTurnstile({ control, thread: input.thread, threads: input.threads, deadline: input.deadline, buffers: input.buffers, onTurn: tellLater });
try {
  const value = await thread.run(env, prepared as never);
  tellLater();
  control.write({ thread: input.thread, value: value ?? null });
} catch (error) {
  control.write({ thread: input.thread, error: error instanceof Error ? error.message : String(error) });
}
control.setState(input.thread, ENDED);
