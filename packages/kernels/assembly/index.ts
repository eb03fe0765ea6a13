/**
 * Everything that the modules export.
 *
 * Rules of all kernels. They know addresses, distances and counts, never images. They keep no state: what they need beside their
 * arguments lies in scratch memory that the caller gives. Each says which bytes it reads and which it writes; past the end of a row of
 * pixels it does neither, since the next byte may be another thread's, or beyond the memory.
 */
export { across1, across2, across3, across4, acrossExact1, acrossExact2, acrossExact3, acrossExact4 } from './resize/across';
export { down, downExact } from './resize/down';
export { tileL, tileLA, tileRGB24, tileRGBA, tileRGBX } from './resize/tiles';
export { unpackLA, unpackRGB, unpackRGBA } from './resize/unpack';
