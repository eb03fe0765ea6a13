/**
 * Images and errors over Comlink.
 *
 * Comlink copies what it is given by structured clone, which makes a bare object of a SharedImage and drops the code of an
 * error. The handlers here send a handle and a description instead. Install them in every thread that talks.
 *
 * The module does not import Comlink: it is given its map of handlers.
 */
import { reviveError, SharenaError, type WireError, wireError } from '@sharena/heap';
import { type ImageHandle, SharedImage } from './image.ts';
import type { ImageStore } from './store/image-store.ts';

/** A handler as Comlink's `transferHandlers` takes it. */
export interface TransferHandler<T, S> {
  /** Whether the handler is for this value. */
  canHandle(value: unknown): value is T;
  /** What is sent, and what is moved with it. */
  serialize(value: T): [S, Transferable[]];
  /** What is received. */
  deserialize(sent: S): T;
}

/** Comlink's `transferHandlers`. */
export interface TransferHandlers {
  /** The handler of that name. */
  // biome-ignore lint/suspicious/noExplicitAny: a map of handlers of every kind
  get(name: string): TransferHandler<any, any> | undefined;
  /** Adds or replaces a handler. */
  // biome-ignore lint/suspicious/noExplicitAny: a map of handlers of every kind
  set(name: string, handler: TransferHandler<any, any>): unknown;
}

/** What can be moved in a message. Images and heaps cannot: they are shared. */
type Transferable = ArrayBuffer;

/**
 * Teaches Comlink to send images of `store`, and errors with their code.
 *
 * An image that is sent takes a reference of its own along, so it lives until the receiver has opened it; the receiver
 * releases what it received. The sender keeps its own reference, unless it gives it away: see {@link give}. Of one image 16
 * references can be on their way at a time; for more calls at once send `image.handle`, and open it there.
 *
 * @param handlers - Comlink's `transferHandlers`
 * @param store - the images of the heap that both sides have attached
 * @example
 * ```ts
 * import { SharedHeap } from '@sharena/heap';
 * import { ImageStore } from '@sharena/imaging';
 * import { installTransferHandlers } from '@sharena/imaging/comlink';
 * import { transferHandlers } from 'comlink';
 *
 * installTransferHandlers(transferHandlers, ImageStore.over(SharedHeap.create()));
 * ```
 */
export function installTransferHandlers(handlers: TransferHandlers, store: ImageStore): void {
  handlers.set('sharena.image', imageHandler(store));
  const thrown = handlers.get('throw');
  if (thrown) handlers.set('throw', errorHandler(thrown));
}

/** Images whose next message takes a reference of theirs. */
const given = new WeakSet<SharedImage>();

/**
 * Lets the next Comlink message with this image take the object's own reference along, instead of one more: for a function
 * that answers an image which it made. The object is closed when the message is sent, if that was its only reference.
 *
 * @returns the image
 * @example
 * ```ts
 * import type { SharedImage } from '@sharena/imaging';
 * import { give } from '@sharena/imaging/comlink';
 *
 * export const service = {
 *   upperHalf(image: SharedImage) {
 *     using source = image; // what came in a message is ours to release
 *     return give(source.crop([0, 0, source.width, source.height >> 1]));
 *   },
 * };
 * ```
 */
export function give(image: SharedImage): SharedImage {
  given.add(image);
  return image;
}

function imageHandler(store: ImageStore): TransferHandler<SharedImage, ImageHandle> {
  return {
    canHandle: (value): value is SharedImage => value instanceof SharedImage,
    serialize(image) {
      if (given.delete(image)) return [image.giveAway(), []];
      using another = store.open(image.handle);
      return [another.giveAway(), []];
    },
    deserialize: (handle) => store.takeOver(handle),
  };
}

/** Comlink's own handler for what was thrown, but errors of Sharena keep their code. It finds what was thrown; ours sends it. */
function errorHandler(original: TransferHandler<unknown, unknown>): TransferHandler<unknown, unknown> {
  return {
    canHandle: (value): value is unknown => original.canHandle(value),
    serialize(thrown) {
      const { value } = thrown as { value: unknown };
      return value instanceof SharenaError ? [{ sharena: wireError(value) }, []] : original.serialize(thrown);
    },
    deserialize(sent) {
      const { sharena } = sent as { sharena?: WireError };
      if (sharena) throw reviveError(sharena);
      return original.deserialize(sent);
    },
  };
}
