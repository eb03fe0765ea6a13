/** Which reporter a run gets. */
import { BarReporter } from './bar.ts';
import { JsonReporter } from './json.ts';
import { LinesReporter } from './lines.ts';
import { QuietReporter } from './quiet.ts';
import type { Reporter, Screen } from './reporter.ts';

/** The one that was asked for; else a bar where stderr is a terminal, and lines where it is none. */
export function chooseReporter(screen: Screen, { json, quiet }: { json: boolean; quiet: boolean }): Reporter {
  if (json) return new JsonReporter(screen);
  if (quiet) return new QuietReporter(screen);
  return screen.stderr.isTTY ? new BarReporter(screen) : new LinesReporter(screen);
}
