import { shared } from '../../vitest.shared.ts';

// All files in one process for each worker: they are functions of their arguments, and to load them takes longer than many files run.
export default shared(import.meta.url, { isolate: false });
