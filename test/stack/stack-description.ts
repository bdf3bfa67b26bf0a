import { readFileSync } from 'node:fs';
import type { InstanceName } from './configuration.ts';

/** Names the file that tells the tests of the stack they are to test. */
export const stackVariable = 'PAYMENTS_LAKE_TEST_STACK';

/** A stack that runs, as `run.ts` tells the tests of it. */
export interface StackDescription {
  /** For the SDK's clients and the CDK's CLI. */
  readonly env: Readonly<Record<string, string>>;
  /** Of the emulator; the functions' processes are its children. */
  readonly pid: number;
  /** For what the tests write; removed at the end. */
  readonly folder: string;
  /** What was deployed. */
  readonly assembly: string;
  /** Where the functions look for each instance's API. */
  readonly ports: Readonly<Record<InstanceName, number>>;
  readonly outputs: Readonly<Record<string, string>>;
}

export function describedStack(): StackDescription {
  const file = process.env[stackVariable];
  if (file === undefined) throw new Error('these tests need a stack that runs: npm run test:stack');
  return JSON.parse(readFileSync(file, 'utf8')) as StackDescription;
}
