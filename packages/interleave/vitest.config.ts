import { shared } from '../../vitest.shared.ts';

// All files in one process for each worker: TypeScript and the types of Node are loaded once, not nine times.
export default shared(import.meta.url, { isolate: false });
