import type { Row } from '../sources/row.ts';
import type { Source } from '../sources/source.ts';
import { compileObject, finishRow, type RecordDraft, type Rules } from './compile-members.ts';
import { Draft, type JsonObject, type NoteDrift } from './draft.ts';
import { compileFingerprint } from './fingerprint.ts';
import { fits } from './fits.ts';
import { extraOf, keepPersonalData, type PersonalData } from './personal-data.ts';
import { planTables } from './plan.ts';
import { shapeUnder } from './shape.ts';
import { valueAt } from './value-at.ts';

/** A record in its flat form. What a load decides (`_load_id`, `_version_at`) is null still. */
export interface FlatRecord {
  readonly id: string;
  /** Milliseconds since 1970 UTC; null when the record has none that can be read. */
  readonly createdAt: number | null;
  readonly updatedAt: number | null;
  /** `_hash`: equal exactly when the rows hold the same. */
  readonly hash: bigint;
  /** Rows of each of `source.tables`, in their order; payments has one. */
  readonly rows: readonly Row[][];
}

/**
 * Flattens one record.
 *
 * @param record with a text `id`, as pages give it
 * @param answeredAt `_loaded_at`: when the API answered with this record, in ms
 * @throws {TerminalError} only for a record nested more than 1000 deep: whatever else does not fit is kept in `_extra`
 */
export type Flatten = (record: Readonly<JsonObject>, answeredAt: number) => FlatRecord;

/**
 * Compiles a source's declaration into its flattening. Members are found by name in one pass over what a record
 * holds, so a record costs what it holds, not what could be declared.
 *
 * @param note told of each unknown field, misfit and unknown word; never of a value
 * @param personal whoever stores the rows gives what its lake does with personal data
 */
export function compileFlatten(
  source: Source,
  note: NoteDrift = () => {},
  personal: PersonalData = keepPersonalData,
): Flatten {
  const rules: Rules = { personal, drift: { note, kept: extraOf(personal), shape: shapeUnder(personal) } };
  const plan = planTables(source);
  const fill = compileObject(plan.members, [], rules);
  const fingerprint = compileFingerprint(source.tables);
  const empty: Row = source.payments.columns.map(() => null);
  const createdAtColumn = plan.column(source.shared.created_at);
  const updatedAtColumn = plan.column(source.shared.updated_at);
  const loadedAtColumn = plan.column('_loaded_at');
  const hashColumn = plan.column('_hash');
  const createdAtPath = source.payments.columns[createdAtColumn]?.path?.split('.') ?? [];

  return (json, answeredAt) => {
    const record: RecordDraft = {
      rows: source.tables.map(() => []),
      id: json.id as string,
      createdAt: (fits.instant(valueAt(json, createdAtPath)) ?? null) as number | null,
      answeredAt,
    };
    const row = empty.slice();
    row[loadedAtColumn] = answeredAt;
    const draft = new Draft(plan.table.name, row, rules.drift);
    fill(json, draft, record);
    finishRow(plan, draft, record);
    const hash = fingerprint(record.rows);
    row[hashColumn] = hash;
    return {
      id: record.id,
      createdAt: record.createdAt,
      updatedAt: row[updatedAtColumn] as number | null,
      hash,
      rows: record.rows,
    };
  };
}
