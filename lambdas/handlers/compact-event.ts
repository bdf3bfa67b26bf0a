import * as z from 'zod';
import { TerminalError } from '../errors.ts';

/** What an invocation of the compaction is asked to do. */
export interface CompactEvent {
  /** As its folder is named; left out: every table. */
  readonly table?: string | undefined;
  /** Do it here: one month of one table. Left out: find the months that have work, and invoke the function for each. */
  readonly month?: string | undefined;
  readonly only?: 'deletions' | undefined;
  /** Tell the months that have work, and invoke nothing: whoever asks invokes the function for each, and has its answer. */
  readonly dryRun?: true | undefined;
}

const schema = z
  .strictObject({
    table: z.string().min(1).optional(),
    month: z
      .string()
      .regex(/^\d{4}-\d{2}$/)
      .optional(),
    only: z.literal('deletions').optional(),
    dryRun: z.literal(true).optional(),
  })
  .refine(({ table, month, dryRun }) => month === undefined || (table !== undefined && dryRun === undefined));

/** @throws {TerminalError} for anything else, with the forms there are */
export function parseCompactEvent(event: unknown): CompactEvent {
  const parsed = schema.safeParse(event ?? {});
  if (parsed.success) return parsed.data;
  throw new TerminalError(
    `the event is not one: it is {}, {"table":"commet_payments"}, {"table":"commet_payments","month":"2026-03"}, {"only":"deletions"} or {"dryRun":true}; got the keys ${Object.keys(event ?? {}).join(', ') || 'of no object'}`,
  );
}
