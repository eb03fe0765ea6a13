/** Colours for terminals, as the environment wants them. */
import { styleText } from 'node:util';
import type { Host, TextStream } from './host.ts';

/** The styles in use. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Puts a style on a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/**
 * Colours for a stream: on a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; `FORCE_COLOR` decides alone.
 */
export function paintFor(stream: TextStream, env: Host['env']): Paint {
  if (!wantsColour(stream, env)) return (_style, text) => text;
  return (style, text) => styleText(style, text, { validateStream: false });
}

function wantsColour(stream: TextStream, { FORCE_COLOR, NO_COLOR, TERM }: Host['env']): boolean {
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return stream.isTTY === true && !NO_COLOR && TERM !== 'dumb';
}
