// The service: POST an image to /?width=320, and get a WebP of that width back.
//
//   200 the thumbnail; 400 a width that is none; 405 not a POST; 413 too many bytes or pixels; 415 not an image; 503 too slow or too busy
import { createServer } from 'node:http';
import { pipeline } from '@sharena/pipeline';

const MOST_BYTES = 20 * 2 ** 20;
const MOST_PIXELS = 50e6;
const STATUS = {
  ERR_SHARENA_DECODE: 415,
  ERR_SHARENA_TIMEOUT: 503,
  ERR_SHARENA_HEAP_EXHAUSTED: 503,
  ERR_SHARENA_RUNTIME: 503,
};

/** An error that is the client's. */
class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** What makes thumbnails by a runtime: it rejects with a status where it can be known. */
export function byRuntime(runtime) {
  return async (bytes, width, signal) => {
    const plan = pipeline({ limitInputPixels: MOST_PIXELS }).resize(width).encode('webp', { quality: 75 });
    const run = runtime.run(plan, [bytes], { parallel: 'images', timeout: 10_000, signal });
    for await (const result of run) {
      if (result.ok) return result.data;
      const isLarge = result.error.message.includes('more than the limit');
      throw new Refused(isLarge ? 413 : (STATUS[result.error.code] ?? 500), result.error.message);
    }
  };
}

/** A server. @param thumbnail - makes one of bytes */
export function serviceOf(thumbnail) {
  return createServer(async (request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort()); // a client that has gone away is no more work
    try {
      const width = widthOf(request);
      const image = await thumbnail(await bodyOf(request), width, gone.signal);
      response.writeHead(200, { 'content-type': 'image/webp', 'content-length': image.length }).end(image);
    } catch (error) {
      if (gone.signal.aborted) return;
      const status = error.status ?? 500;
      if (status === 413) await drop(request);
      response.writeHead(status, { 'content-type': 'text/plain', ...(status === 413 && { connection: 'close' }) });
      response.end(`${error.message}\n`);
    }
  });
}

function widthOf(request) {
  if (request.method !== 'POST') throw new Refused(405, 'POST an image');
  const text = new URL(request.url, 'http://localhost').searchParams.get('width') ?? '320';
  const width = Number(text);
  if (Number.isInteger(width) && width >= 1 && width <= 4000) return width;
  throw new Refused(400, `width should be a whole number from 1 to 4000, got ${text}`);
}

async function bodyOf(request) {
  if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES)
    throw new Refused(413, `more than ${MOST_BYTES} bytes`);
  const chunks = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new Refused(413, `more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** Reads what is left of a body and drops it, within reason: a client that is cut off while it sends hears no answer. */
async function drop(request) {
  let left = 2 * MOST_BYTES;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    left -= chunk.length;
    if (left < 0) return;
  }
}
