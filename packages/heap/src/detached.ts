/** What a SharedHeap's levels are replaced by when its thread detaches: every call is refused. */
import { SharenaError } from './errors.ts';

/** Refuses a call. @throws {SharenaError} `ERR_SHARENA_DETACHED`, always */
export function refuse(): never {
  throw new SharenaError('ERR_SHARENA_DETACHED', 'this thread has detached from the heap; attach() it again');
}

/** An allocator whose every method throws `ERR_SHARENA_DETACHED`. */
export interface Detached {
  malloc(size: number): never;
  calloc(nelem: number, elsize: number): never;
  realloc(address: number, size: number): never;
  free(address: number): never;
  collect(): never;
  settle(): void;
  usableSize(address: number): never;
  alignedAlloc(alignment: number, size: number): never;
}

/** The one of them. */
export const DETACHED: Detached = Object.freeze({
  malloc: refuse,
  calloc: refuse,
  realloc: refuse,
  free: refuse,
  collect: refuse,
  settle: () => undefined,
  usableSize: refuse,
  alignedAlloc: refuse,
});
