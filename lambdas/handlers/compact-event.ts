import * as z from 'zod';
import { TerminalError } from '../errors.ts';

/** One month of one table; what is compacted at a time. */
export interface MonthEvent {
  /** As its folder is named. */
  readonly table: string;
  readonly month: string;
  readonly only?: 'deletions' | undefined;
}

/** What an invocation of the compaction is asked to do. */
export interface CompactEvent {
  /** Left out: every table. */
  readonly table?: string | undefined;
  /** Do it here: one month of the table. */
  readonly month?: string | undefined;
  readonly only?: 'deletions' | undefined;
  /** Do these here, one after the other. With neither: find the months that have work, and share them out. */
  readonly months?: readonly MonthEvent[] | undefined;
  /** Tell the months that have work, and invoke nothing: whoever asks invokes the function for each, and has its answer. */
  readonly dryRun?: true | undefined;
}

const table = z.string().min(1);
const month = z.string().regex(/^\d{4}-\d{2}$/);
const only = z.literal('deletions').optional();

const schema = z.union([
  z.strictObject({ table, month, only }),
  z.strictObject({ table: table.optional(), only, dryRun: z.literal(true).optional() }),
  z.strictObject({ months: z.array(z.strictObject({ table, month, only })) }),
]);

/** @throws {TerminalError} for anything else, with the forms there are */
export function parseCompactEvent(event: unknown): CompactEvent {
  const parsed = schema.safeParse(event ?? {});
  if (parsed.success) return parsed.data;
  throw new TerminalError(
    `the event is not one: it is {}, {"table":"commet_payments"}, {"table":"commet_payments","month":"2026-03"}, {"only":"deletions"}, {"dryRun":true} or {"months":[{"table":"commet_payments","month":"2026-03"}]}; got the keys ${Object.keys(event ?? {}).join(', ') || 'of no object'}`,
  );
}
