import { UsageError } from '../lambdas/errors.ts';
import { contextKey } from './configuration.ts';
import { configurationSchema, instanceSchema } from './configuration-schema.ts';

/**
 * Refuses what was meant for us and stands where nobody reads it: `-c stage=dev` would deploy prod, without a word.
 *
 * @param context everything in it, CDK's own flags too
 * @throws {UsageError} one line for each key, with the form that is right
 */
export function refuseStrayContext(context: Readonly<Record<string, unknown>>): void {
  const lines = Object.entries(context).flatMap(([key, value]) => {
    if (key === contextKey) return [];
    const ours = ourKey(key);
    if (ours !== null) return [`${key}: ${misplaced(ours)}`];
    if (!isMisspelt(key)) return [];
    return [
      `${key}: the context's key is ${contextKey}, got '${key}'; nothing is read under another: ${example(value)}`,
    ];
  });
  if (lines.length > 0) throw new UsageError(lines.join('\n'));
}

const misplaced = (key: string): string =>
  key in configurationSchema.shape
    ? `must stand under ${contextKey}, in cdk.json or as -c ${contextKey}='{"${key}": …}', which replaces all that cdk.json has there; at the top of the context nobody reads it`
    : `must stand under ${contextKey}.instances.NAME in cdk.json; at the top of the context nobody reads it`;

const example = (value: unknown): string =>
  `"${contextKey}": ${value !== null && typeof value === 'object' ? '{…}' : '{"stage": "dev"}'} in cdk.json, or -c ${contextKey}='{"stage": "dev"}'`;

/** The key of ours that this one is, also behind our own as a path; null: it is none. */
function ourKey(key: string): string | null {
  const name = key.startsWith(`${contextKey}.`) ? (key.split('.').at(-1) as string) : key;
  return name in configurationSchema.shape || name in instanceSchema.shape ? name : null;
}

/** Whether letters alone, small, it is at most two edits away. */
function isMisspelt(key: string): boolean {
  const [ours, theirs] = [contextKey, key].map((text) => text.toLowerCase().replace(/[^a-z]/g, ''));
  return edits(ours as string, theirs as string) <= 2;
}

/** Letters to be added, removed or replaced to make one text of the other. */
function edits(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...one].entries()) {
    const next = [line + 1];
    for (const [column, theirs] of [...other].entries()) {
      const replaced = (row[column] as number) + Number(letter !== theirs);
      next.push(Math.min(replaced, (row[column + 1] as number) + 1, (next[column] as number) + 1));
    }
    row = next;
  }
  return row.at(-1) as number;
}
