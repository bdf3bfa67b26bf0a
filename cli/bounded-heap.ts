import { setFlagsFromString } from 'node:v8';

/**
 * Lets V8's old space grow to two and a half times what is alive before it is collected, not to four times: a sync lives on short
 * loads, and on a large machine V8 would rather take 300 MB than collect. Costs about a tenth more CPU (docs/benchmarks.md).
 */
export const boundHeap = (): void => setFlagsFromString('--heap-growing-percent=150');
