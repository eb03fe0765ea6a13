/**
 * Everything that the modules export.
 *
 * Rules of all kernels. They know addresses, distances and counts, never images. They keep no state: what they need beside their
 * arguments lies in scratch memory that the caller gives. Each says which bytes it reads and which it writes; past the end of a row of
 * pixels it does neither, since the next byte may be another thread's, or beyond the memory.
 */
export { chop, mix } from './blend/combine';
export { paste1, paste3, paste4 } from './blend/mask';
export { blend, porterDuff } from './blend/modes';
export { over } from './blend/over';
export { boxAdd, boxAlong, boxDown, rowsToTile, tileToRows } from './blur/box';
export { sumAlong, sumDown, widen } from './blur/direct';
export { clear } from './clear';
export { lighten3, lighten4, throughTiles } from './filter/clahe';
export { convolve, toFloats } from './filter/convolve';
export { extreme, median3, median5, padRow, ranked } from './filter/rank';
export { unsharp } from './filter/unsharp';
export { firstBeyond, lastBeyond } from './measure/extent';
export { extremaBytes } from './measure/extrema';
export { count, countMasked, countPairs, splitPairs } from './measure/histogram';
export { flop1, flop2, flop3, flop4 } from './move/flop';
export { moveRows } from './move/rows';
export { swapReversed1, swapReversed2, swapReversed3, swapReversed4, swapRows } from './move/swap';
export { turn1, turn2, turn3, turn4 } from './move/turn';
export { premultiply, unpremultiply } from './point/alpha';
export { alpha4to1, convert1to3, convert1to4, convert3to4, convert4to1, convert4to3, convert4to4 } from './point/convert';
export { lookup, lookup3, lookupPairs, pairTable } from './point/lookup';
export { matrix3, matrix4 } from './point/matrix';
export { linear, threshold } from './point/linear';
export { grey3to1, grey3to4, grey4to1, grey4to4 } from './point/grey';
export { bytePlanes, floats1, planes3, planes4, triples } from './point/tensor';
export { across1, across2, across3, across4, acrossExact1, acrossExact2, acrossExact3, acrossExact4 } from './resize/across';
export { down, downExact } from './resize/down';
export { addColumns, addNine, addRows, reduceRows } from './resize/reduce';
export { tileL, tileLA, tileRGB24, tileRGBA, tileRGBX } from './resize/tiles';
export { unpackLA, unpackRGB, unpackRGBA } from './resize/unpack';
export { pick, pickRows, project, stride, touch } from './warp/nearest';
export { quickBicubic3, quickBicubic4, quickBicubicAlpha } from './warp/quick';
export { bicubic1, bicubic3, bicubic4, bicubicAlpha, bilinear1, bilinear3, bilinear4, bilinearAlpha } from './warp/smooth';
export { bands3, bands4, bandsAlpha, pairs3, pairs4, pairsAlpha } from './warp/window';
export { extrema16, extremaF, extremaI } from './wide/extrema';
export {
  wideConvert, wideFloats16, wideFloatsF, wideFloatsI, wideLinear16, wideLinearF, wideLinearI, wideThreshold16, wideThresholdF, wideThresholdI,
} from './wide/point';
export {
  wideAcross16, wideAcrossF, wideAcrossI, wideDown16, wideDownF, wideDownI, wideDownITo16, widePairsF, widePairsI, wideTile16, wideTileF, wideTileI,
} from './wide/resize';
export { lookupTo16, lookupTo32, wideLookup16, wideLookupF, wideLookupI } from './wide/lookup';
export { means16, meansF, meansI, nine16, nineF, nineI, wideReduce16, wideReduceF, wideReduceI } from './wide/reduce';
