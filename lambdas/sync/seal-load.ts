import type { Row } from '../sources/row.ts';
import type { Source } from '../sources/source.ts';
import type { FlatRecord } from '../transform/flatten.ts';
import { type Instance, tableName } from '../warehouse/instance.ts';
import { fileKey, monthOf } from '../warehouse/keys.ts';
import type { HeldVersions } from './held-versions.ts';
import type { LoadInHand } from './load-in-hand.ts';
import type { Version, VersionTable } from './version-table.ts';

/** One file that is to be written: a table, a month, its rows in order. */
export interface LoadFile {
  readonly table: Source['tables'][number];
  readonly key: string;
  readonly rows: readonly Row[];
}

/** A load whose rows are final, and what is left to do: encode and put. */
export interface SealedLoad {
  readonly loadId: string;
  /** Child tables; all must be stored before the first of `paymentsFiles`. */
  readonly childFiles: readonly LoadFile[];
  readonly paymentsFiles: readonly LoadFile[];
  readonly written: number;
  /** Left out here because another sync wrote them meanwhile. */
  readonly unchanged: number;
  readonly rows: Readonly<Record<string, number>>;
}

/** Columns of a payments row that say it is no longer what the API lists. */
export const markNames = ['_deleted_at', '_superseded_at'] as const;
export type Mark = (typeof markNames)[number];

/** updatedAt may lie this far after the API's Date before it is held to be wrong. */
const believableAheadMs = 5 * 60_000;

/**
 * Gives the load's rows their `_load_id` and `_version_at`, and adds them to what is held. The months are listed once
 * more first: what another sync wrote meanwhile is left out, or outdone.
 *
 * @see protocol.md, "What is written"
 */
export async function sealLoad(
  instance: Instance,
  load: LoadInHand,
  loadId: string,
  held: HeldVersions,
  rewrite: boolean,
): Promise<SealedLoad> {
  await held.load(load.months.keys(), new Set());
  const known = shownNow(load, held);
  await held.refresh(load.months.keys());
  const { tables, payments } = instance.source;
  const stamp = stamping(instance.source, loadId);
  const { isCopy, isShown } = copies(instance.source);
  const files: LoadFile[] = [];
  const rows: Record<string, number> = {};
  let written = 0;
  let unchanged = 0;
  for (const [month, records] of load.months) {
    const versions = held.of(month);
    const toWrite = records.filter((record) =>
      isCopy(record) ? isShown(versions, record) : rewrite || !isHeld(versions, record),
    );
    unchanged += records.length - toWrite.length;
    written += toWrite.length;
    toWrite.sort(byAge);
    for (const record of toWrite) stamp(record, versions, known.get(record) ?? null);
    for (const [number, table] of tables.entries()) {
      const tableRows = toWrite.flatMap((record) => record.rows[number] as Row[]);
      if (tableRows.length === 0) continue;
      const key = fileKey(tableName(instance, table), month, loadId);
      files.push({ table, key, rows: tableRows });
      rows[table.name] = (rows[table.name] ?? 0) + tableRows.length;
      if (table === payments) held.ownFile(month, key);
    }
  }
  return {
    loadId,
    childFiles: files.filter(({ table }) => table !== payments),
    paymentsFiles: files.filter(({ table }) => table === payments),
    written,
    unchanged,
    rows,
  };
}

/** What of the load's payments was shown as far as it was known while they were read. */
function shownNow({ months }: LoadInHand, held: HeldVersions): Map<FlatRecord, Version | null> {
  const shown = new Map<FlatRecord, Version | null>();
  for (const [month, records] of months) {
    const versions = held.of(month);
    for (const record of records) shown.set(record, versions.find(record.id, record.createdAt));
  }
  return shown;
}

/** Whether the warehouse holds exactly this record: nothing else excuses one from being written. */
export function isHeld(versions: VersionTable, { id, createdAt, hash }: FlatRecord): boolean {
  const shown = versions.find(id, createdAt);
  return shown !== null && shown.hash === hash && !shown.hidden;
}

/**
 * Copies of rows, made to be marked, have the version they had. Another sync may have written the payment since: then
 * it was seen, and the mark is dropped.
 */
function copies({ payments }: Source) {
  const [versionAt, loadedAt] = ['_version_at', '_loaded_at'].map((wanted) =>
    payments.columns.findIndex(({ name }) => name === wanted),
  ) as [number, number];
  const own = ({ rows }: FlatRecord, column: number) => rows[0]?.[0]?.[column] ?? null;
  return {
    isCopy: (record: FlatRecord): boolean => own(record, versionAt) !== null,
    isShown: (versions: VersionTable, record: FlatRecord): boolean => {
      const shown = versions.find(record.id, record.createdAt);
      return shown?.versionAt === own(record, versionAt) && shown?.loadedAt === own(record, loadedAt);
    },
  };
}

/** Files are sorted by (created_at, payment_id); a record's own rows come in order of position or key. */
function byAge(one: FlatRecord, other: FlatRecord): number {
  const oneAt = one.createdAt ?? Number.NEGATIVE_INFINITY;
  const otherAt = other.createdAt ?? Number.NEGATIVE_INFINITY;
  if (oneAt !== otherAt) return oneAt < otherAt ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}

function stamping({ tables, payments }: Source, loadId: string) {
  const loadIdColumns = tables.map((table) => table.columns.findIndex(({ name }) => name === '_load_id'));
  const versionAtColumn = payments.columns.findIndex(({ name }) => name === '_version_at');
  const loadedAtColumn = payments.columns.findIndex(({ name }) => name === '_loaded_at');
  const markColumns = markNames.map((mark) => payments.columns.findIndex(({ name }) => name === mark));
  return (record: FlatRecord, versions: VersionTable, known: Version | null): void => {
    for (const [number, rows] of record.rows.entries()) {
      for (const row of rows) row[loadIdColumns[number] as number] = loadId;
    }
    const [payment] = record.rows[0] as [Row];
    const loadedAt = payment[loadedAtColumn] as number;
    const { id, createdAt, updatedAt, hash } = record;
    const claimed = updatedAt !== null && updatedAt <= loadedAt + believableAheadMs ? updatedAt : loadedAt;
    const shown = versions.find(id, createdAt);
    const isNews = shown?.versionAt !== known?.versionAt || shown?.loadedAt !== known?.loadedAt;
    const versionAt = laterThan(shown, claimed, loadedAt, isNews);
    payment[versionAtColumn] = versionAt;
    const isMarked = markColumns.some((column) => payment[column] !== null);
    versions.add(id, createdAt, hash, versionAt, loadedAt, loadId, isMarked);
  };
}

/**
 * Never older than what the view shows, so that what was seen later wins whatever updatedAt does; and a millisecond
 * younger where `_loaded_at` would not decide for it, since the API's Date has whole seconds and may be set back.
 *
 * @param isNews another sync wrote what is shown since this record was read: of the two the one read later wins
 */
function laterThan(shown: Version | null, claimed: number, loadedAt: number, isNews: boolean): number {
  if (shown === null || claimed > shown.versionAt) return claimed;
  const isDecided = loadedAt > shown.loadedAt || (isNews && loadedAt < shown.loadedAt);
  return isDecided ? shown.versionAt : shown.versionAt + 1;
}

export const monthsOf = (records: readonly FlatRecord[]): Set<string> =>
  new Set(records.map(({ createdAt }) => monthOf(createdAt)));
