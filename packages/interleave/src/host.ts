/** What a scenario file may import from this package. */
export { check, scenario } from './scenario.ts';
