/** The exit codes. */

/** Every image was done. */
export const EXIT_OK = 0;
/** Some images failed. */
export const EXIT_FAILED = 1;
/** The command line cannot be carried out; nothing was begun. */
export const EXIT_USAGE = 2;
/** Interrupted: 128 and the number of SIGINT, as shells have it. */
export const EXIT_INTERRUPTED = 130;
