import type { Writable } from 'node:stream';

/** What a sub-command needs of the process: real in main.ts, made up in a test. */
export interface CommandIo {
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by the first Ctrl-C or SIGTERM: finish or drop the load in hand. A second one ends the process at once. */
  readonly interrupted: AbortSignal;
}

/** What the process ends with. A usage error (2) is thrown as UsageError, any other failure (1) may be thrown too. */
export type ExitCode = 0 | 1 | 2 | 130;
