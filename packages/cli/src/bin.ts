#!/usr/bin/env node
/** The executable: hands the process to {@link main}, and lets it end by itself, so that all output is written. */
import { processHost } from './host.ts';
import { main } from './main.ts';

process.exitCode = await main(processHost());
