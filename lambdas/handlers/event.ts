import * as z from 'zod';
import { TerminalError } from '../errors.ts';
import type { Source } from '../sources/source.ts';
import type { Continuation } from '../sync/continuation.ts';
import { parseDate } from '../sync/date.ts';
import { refuseWrongFilter } from '../sync/filter.ts';
import type { Scope } from '../sync/sync-names.ts';

/** What an invocation is asked to do, checked. */
export interface SyncRequest {
  readonly scope: Scope;
  /** Reads a page, says what the sync would take, and writes nothing. */
  readonly dryRun: boolean;
  /** Mark as deleted also what is suspiciously much. */
  readonly confirmDeletions?: boolean;
  /** Only from the function itself. */
  readonly continuation: Continuation | null;
}

const rules = {
  mode: 'must be "incremental" or "backfill"',
  from: 'must be a day, "YYYY-MM-DD", or an instant such as "2026-03-01T12:00:00Z"',
  to: 'must be a day, "YYYY-MM-DD", or an instant such as "2026-03-01T12:00:00Z"',
  filter: 'must be an object of texts, such as {"pageId":"…"}',
  rewrite: 'must be true or false',
  dryRun: 'must be true or false',
  confirmDeletions: 'must be true or false',
  continuation: 'is for the function itself only',
} as const;

const schema = z.strictObject({
  mode: z.enum(['incremental', 'backfill']).default('incremental'),
  from: z.string().optional(),
  to: z.string().optional(),
  filter: z.record(z.string(), z.string()).default({}),
  rewrite: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  confirmDeletions: z.boolean().default(false),
  continuation: z
    .strictObject({ token: z.string().min(1), number: z.int().min(1), syncId: z.string().min(1) })
    .optional(),
});

const example = '{"mode":"backfill","from":"2024-01-01","to":"2025-01-01"}';

/**
 * @param event as it came; nothing at all is the nightly
 * @throws {TerminalError} naming the key, its rule and what was got, with an example; never a filter's value
 */
export function parseEvent(event: unknown, source: Source): SyncRequest {
  const parsed = schema.safeParse(event ?? {}, { reportInput: true });
  if (!parsed.success) throw refused(ruleBroken(parsed.error.issues[0]));
  const { mode, filter: filters, rewrite, dryRun, confirmDeletions, continuation = null } = parsed.data;
  try {
    const from = parseDate('from', parsed.data.from);
    const to = parseDate('to', parsed.data.to);
    if (from !== null && to !== null && from >= to) {
      throw refused(`from must be before to, got from ${parsed.data.from} and to ${parsed.data.to}`);
    }
    for (const [name, value] of Object.entries(filters)) refuseWrongFilter('filter', source, name, value);
    const narrowing = [from !== null && 'from', to !== null && 'to', Object.keys(filters).length > 0 && 'filter'];
    const [first] = narrowing.filter((name) => name !== false);
    if (mode === 'incremental' && first) throw refused(`${first} needs "mode":"backfill", got an incremental sync`);
    return {
      scope: { mode, from, to, filters, rewrite },
      dryRun,
      continuation,
      ...(confirmDeletions && { confirmDeletions }),
    };
  } catch (error) {
    throw error instanceof TerminalError ? error : refused((error as Error).message);
  }
}

/** The event with which the function invokes itself to go on with a sync. */
export const eventFor = (
  { mode, from, to, filters, rewrite }: Scope,
  continuation: Continuation,
  confirmDeletions = false,
) => ({
  mode,
  ...(from !== null && { from: new Date(from).toISOString() }),
  ...(to !== null && { to: new Date(to).toISOString() }),
  ...(Object.keys(filters).length > 0 && { filter: filters }),
  ...(rewrite && { rewrite }),
  ...(confirmDeletions && { confirmDeletions }),
  continuation,
});

const refused = (rule: string): TerminalError =>
  new TerminalError(`the event is not one: ${rule}; an example: ${example}`);

function ruleBroken(issue: z.core.$ZodIssue | undefined): string {
  const [key] = issue?.path ?? [];
  if (issue?.code === 'unrecognized_keys' && key === undefined) {
    const known = Object.keys(rules).filter((name) => name !== 'continuation');
    return `its keys are ${known.join(', ')}, got '${issue.keys.join("', '")}'`;
  }
  if (typeof key !== 'string' || !(key in rules)) return `it must be a JSON object, got ${typeOf(issue?.input)}`;
  // A filter's value may be personal; of a wrong mode the text helps.
  const got = key === 'mode' ? JSON.stringify(issue?.input)?.slice(0, 60) : typeOf(issue?.input);
  return `${key} ${rules[key as keyof typeof rules]}, got ${got}`;
}

const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'an array' : value === undefined ? 'nothing' : `a ${typeof value}`;
