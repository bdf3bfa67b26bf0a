import type { ObjectStore, StoredObject } from '../load/object-store.ts';
import { readColumns } from '../load/parquet-reader.ts';
import { type Instance, tableName } from '../warehouse/instance.ts';
import { tablePrefix } from '../warehouse/keys.ts';
import { markNames } from './seal-load.ts';

/** Where payments are looked up. */
export interface Lake {
  readonly store: ObjectStore;
  readonly instance: Instance;
}

/** The version of a payment that the current view picks, and the file it was found in. */
export interface ShownPayment {
  readonly id: string;
  readonly createdAt: number | null;
  readonly versionAt: number;
  readonly loadedAt: number;
  readonly loadId: string;
  readonly isDeleted: boolean;
  readonly isSuperseded: boolean;
  readonly key: string;
}

/** The payments files of each month that has any. */
export async function paymentsFiles({ store, instance }: Lake): Promise<Map<string, StoredObject[]>> {
  const months = new Map<string, StoredObject[]>();
  for (const object of await store.list(tablePrefix(tableName(instance, instance.source.payments)))) {
    const [, month] = /\/month=([^/]+)\//.exec(object.key) ?? [];
    if (month === undefined) continue;
    const files = months.get(month);
    if (files) files.push(object);
    else months.set(month, [object]);
  }
  return months;
}

/**
 * Of the payments of one month that fit, the versions the current view picks. Memory: those that fit.
 *
 * @param files the month's payments files
 * @param fits told the account as the declaration's account column holds it, as text; null: none
 */
export async function shownPayments(
  { store, instance: { source } }: Lake,
  files: readonly StoredObject[],
  fits: (id: string, account: string | null) => boolean,
): Promise<ShownPayment[]> {
  const account = source.payments.columns.find(({ path }) => path === source.account)?.name ?? source.account;
  const names = [
    'payment_id',
    account,
    source.shared.created_at,
    '_version_at',
    '_loaded_at',
    '_load_id',
    ...markNames,
  ];
  const newest = new Map<string, ShownPayment>();
  for (const object of files) {
    for await (const { rows, columns } of readColumns(store, object, names)) {
      const [ids, accounts, createdAts, versionAts, loadedAts, loadIds, deletedAts, supersededAts] = columns;
      for (let row = 0; row < rows; row++) {
        const id = ids?.[row] as string;
        const told = accounts?.[row] ?? null;
        if (!fits(id, told === null ? null : String(told))) continue;
        const createdAt = (createdAts?.[row] ?? null) as number | null;
        const version: ShownPayment = {
          id,
          createdAt,
          versionAt: Number(versionAts?.[row]),
          loadedAt: Number(loadedAts?.[row]),
          loadId: String(loadIds?.[row]),
          isDeleted: (deletedAts?.[row] ?? null) !== null,
          isSuperseded: (supersededAts?.[row] ?? null) !== null,
          key: object.key,
        };
        const met = newest.get(`${createdAt} ${id}`);
        if (!met || isNewer(version, met)) newest.set(`${createdAt} ${id}`, version);
      }
    }
  }
  return [...newest.values()];
}

/** By `_version_at`, `_loaded_at`, `_load_id`, as the view does. */
export function isNewer(one: ShownPayment, other: ShownPayment): boolean {
  if (one.versionAt !== other.versionAt) return one.versionAt > other.versionAt;
  if (one.loadedAt !== other.loadedAt) return one.loadedAt > other.loadedAt;
  return one.loadId > other.loadId;
}
