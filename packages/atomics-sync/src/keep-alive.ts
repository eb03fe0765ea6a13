/**
 * Keeps the process, or the worker, alive while something is awaited.
 *
 * A pending `Atomics.waitAsync` does not: Node leaves with it unsettled. So one message port of this thread is held open from the
 * first pending wait to the end of the last. Where ports have no `ref` (browsers) there is nothing to hold.
 * Private to the thread: nothing here is shared.
 */
interface Holder {
  ref?(): void;
  unref?(): void;
}

let pending = 0;
let channel: { readonly port1: Holder } | undefined;

/** Something more is awaited. */
export function holdProcess(): void {
  if (pending++ > 0) return;
  channel ??= typeof MessageChannel === 'function' ? new MessageChannel() : { port1: {} };
  channel.port1.ref?.();
}

/** Something that was awaited has come to its end. */
export function releaseProcess(): void {
  if (--pending === 0) channel?.port1.unref?.();
}
