// The wrong versions of the code that take too long for every `npm test`: `npm run mutants`.
import { shared } from '../../vitest.shared.ts';

export default shared(import.meta.url, { include: ['test/**/*.mutants.ts'] });
