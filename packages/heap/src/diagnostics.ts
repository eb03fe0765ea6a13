/**
 * What a heap tells through `node:diagnostics_channel`: events that are rare, and worth a log line or a metric.
 *
 *   channel                          | message                  | published by
 *   ---------------------------------|--------------------------|----------------------------------------------------
 *   sharena:heap:arena-allocated     | {@link ArenaMessage}     | the thread that took an arena, before it serves
 *   sharena:heap:arena-released      | {@link ArenaMessage}     | the thread that gave an arena back
 *   sharena:heap:exhausted           | {@link ExhaustedMessage} | the thread whose request found no room
 *   sharena:heap:adopted             | {@link AdoptedMessage}   | the thread that took over what a gone thread left
 *   sharena:heap:bad-free            | {@link BadFreeMessage}   | the thread that gave back what is no live block
 *
 * Channels belong to a thread: subscribe in each. Nothing here is reached on a fast path, and without a subscriber nothing
 * is made. What a subscriber throws does not reach the heap: Node reports it as an uncaught error.
 */
import { type Channel, channel } from 'node:diagnostics_channel';
import type { Address } from './domains.ts';

/** What every message says. */
export interface HeapMessage {
  /** The heap's id, as in its handle. */
  readonly heap: number;
  /** The slot of the thread that publishes. */
  readonly slot: number;
}

/** `sharena:heap:arena-allocated`, `sharena:heap:arena-released`. */
export interface ArenaMessage extends HeapMessage {
  /** Where the arena's memory begins. */
  readonly address: Address;
  /** Its length. */
  readonly bytes: number;
  /** Whether it came from a source set by `setArenaSource()`. */
  readonly custom: boolean;
}

/** `sharena:heap:exhausted`. The caller gets a HeapExhaustedError next. */
export interface ExhaustedMessage extends HeapMessage {
  /** Bytes that were asked for. */
  readonly requested: number;
  /** Bytes in free pages; they may lie in pieces. */
  readonly available: number;
}

/** `sharena:heap:adopted`. */
export interface AdoptedMessage extends HeapMessage {
  /** The slot whose thread is gone. */
  readonly from: number;
  /** Arenas that were taken over. */
  readonly arenas: number;
  /** Slabs that were taken over. */
  readonly slabs: number;
}

/** `sharena:heap:bad-free`. The caller gets a BadAddressError next; nothing was changed. */
export interface BadFreeMessage extends HeapMessage {
  /** What was given back, whatever it was. */
  readonly address: unknown;
  /** Why it was refused: the error's message. */
  readonly reason: string;
}

const arenaAllocated = channel('sharena:heap:arena-allocated');
const arenaReleased = channel('sharena:heap:arena-released');
const exhausted = channel('sharena:heap:exhausted');
const adopted = channel('sharena:heap:adopted');
const badFree = channel('sharena:heap:bad-free');

/** An arena has come. */
export function publishArenaAllocated(message: ArenaMessage): void {
  publish(arenaAllocated, message);
}

/** An arena has gone back. */
export function publishArenaReleased(message: ArenaMessage): void {
  publish(arenaReleased, message);
}

/** A request found no room. */
export function publishExhausted(message: ExhaustedMessage): void {
  publish(exhausted, message);
}

/** What a gone thread left was taken over. */
export function publishAdopted(message: AdoptedMessage): void {
  publish(adopted, message);
}

/** What is no live block was given back. */
export function publishBadFree(message: BadFreeMessage): void {
  publish(badFree, message);
}

function publish(to: Channel, message: HeapMessage): void {
  if (to.hasSubscribers) to.publish(message);
}
