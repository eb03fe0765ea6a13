/** The median of the harness, by the name under which the tables of the kernels import it. */
export { median } from '@sharena/measure';
