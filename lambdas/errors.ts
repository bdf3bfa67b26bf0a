/** What an error's class says is what the caller should do; its text says the rule, what was got, and the next step. */

/** Try again: nothing was lost, the checkpoint stands. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
  /** How long to wait before the next try, in milliseconds; null when nobody said. */
  readonly retryAfterMs: number | null;

  constructor(message: string, options: { retryAfterMs?: number | null; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** Stop: trying again changes nothing until somebody acts. The checkpoint stands. */
export class TerminalError extends Error {
  override readonly name: string = 'TerminalError';
}

/** Another owner moved the checkpoint meanwhile; nothing of ours was committed after it. No alarm. */
export class TakenOver extends Error {
  override readonly name = 'TakenOver';
}

/** What was asked for is wrong: a flag, a name, a date. Nothing was begun. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Whether trying again changes nothing until somebody acts. */
export const isLasting = (error: Error): boolean => error instanceof TerminalError || error instanceof UsageError;
