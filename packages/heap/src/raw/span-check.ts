/**
 * The invariants of the pages.
 *
 *   S1  a span has at least one page and ends inside the heap, and every page of it but the first is a tail of that first one
 *   S2  every tail belongs to a span that reaches it, or to one that is being taken, given back or resized
 *   S3  at rest: H_PAGES_USED is the number of pages in spans (until a thread has died: then its last count may be missing)
 *
 * S1 and S2 together: no page is in two spans.
 * Reads only. Other threads may take and give back spans meanwhile: what does not fit counts when it is seen again and again.
 */
import { SharenaError } from '../errors.ts';
import { H_DEATHS, H_PAGES_USED } from '../layout.ts';
import { PAGE_CLAIM, PAGE_FREE, PAGE_RESIZE, PAGE_TAIL, pagePayload, pageState, type Spans } from './spans.ts';

/** How often a page is looked at before it is called wrong. */
const LOOKS = 3;

/**
 * Checks all pages.
 *
 * @param atRest - whether no other thread takes or gives back pages meanwhile
 * @throws {SharenaError} `ERR_SHARENA_CORRUPT`, naming the invariant and the page
 */
export function checkSpans(words: Int32Array, spans: Spans, atRest: boolean): void {
  let used = 0;
  for (let page = spans.first; page < spans.end; page++) {
    for (let look = 1, wrong = faultOf(spans, page); wrong !== undefined; look++, wrong = faultOf(spans, page)) {
      if (look === LOOKS) throw new SharenaError('ERR_SHARENA_CORRUPT', `the heap breaks ${wrong}`);
    }
    used += lengthAt(spans, page);
  }
  if (!atRest || Atomics.load(words, H_DEATHS) !== 0) return;
  const counted = Atomics.load(words, H_PAGES_USED);
  if (counted === used) return;
  throw new SharenaError('ERR_SHARENA_CORRUPT', `the heap breaks S3: ${used} pages in spans, ${counted} counted`);
}

/** What is wrong with a page, if anything. */
function faultOf(spans: Spans, page: number): string | undefined {
  if (pageState(spans.wordOf(page)) === PAGE_TAIL) return reached(spans, page) ? undefined : `S2: page ${page}`;
  return whole(spans, page) ? undefined : `S1: page ${page}`;
}

function whole(spans: Spans, page: number): boolean {
  const pages = lengthAt(spans, page);
  if (pages === 0) return !isHead(spans, page);
  if (page + pages > spans.end) return false;
  for (let tail = page + 1; tail < page + pages; tail++) {
    const word = spans.wordOf(tail);
    if (pageState(word) !== PAGE_TAIL || pagePayload(word) !== page) return false;
  }
  return true;
}

function reached(spans: Spans, tail: number): boolean {
  const head = pagePayload(spans.wordOf(tail));
  if (head < spans.first || head >= tail) return false;
  const state = pageState(spans.wordOf(head));
  if (state === PAGE_CLAIM || state === PAGE_RESIZE) return true;
  return head + lengthAt(spans, head) > tail;
}

function isHead(spans: Spans, page: number): boolean {
  const state = pageState(spans.wordOf(page));
  return state !== PAGE_FREE && state !== PAGE_CLAIM && state !== PAGE_TAIL;
}

/** Length of the span that begins at `page`, 0 when none does. */
function lengthAt(spans: Spans, page: number): number {
  return isHead(spans, page) ? pagePayload(spans.wordOf(page)) : 0;
}
