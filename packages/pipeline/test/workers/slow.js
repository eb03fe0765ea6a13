// Takes `ms` milliseconds for each strip, without giving its turn away.

/** @type {import('@sharena/pipeline').StripOperation<{ ms: number }>} */
export default function slow(_strip, { ms }) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
