/** Where the warehouse's files lie: the same keys on S3 and in a lake's folder. */

/** The first partition, and the one that takes every payment whose created_at is unreadable or out of range. */
export const firstMonth = '2015-01';

/** The last partition. Both bounds are also the range Athena's partition projection looks in. */
export const lastMonth = '2035-12';

/** The prefix all tables lie under. */
export const warehousePrefix = 'warehouse/';

/** Where readings leave the ids they saw, by instance. */
export const statesPrefix = 'state/';

/**
 * The month a row is filed under, in UTC: a function of the record alone, never of the clock.
 *
 * @param createdAt milliseconds since 1970 UTC; null when the API sent none that can be read
 */
export function monthOf(createdAt: number | null): string {
  if (createdAt === null) return firstMonth;
  const date = new Date(createdAt);
  const year = date.getUTCFullYear();
  // An instant that Date cannot hold has year NaN; a year below 1000 or above 9999 would not compare as text.
  if (!(year >= 1000 && year <= 9999)) return firstMonth;
  const month = date.getUTCMonth() + 1;
  const name = `${year}-${month < 10 ? '0' : ''}${month}`;
  return name < firstMonth || name > lastMonth ? firstMonth : name;
}

/** `warehouse/commet_payments/` */
export const tablePrefix = (table: string): string => `${warehousePrefix}${table}/`;

/** `warehouse/commet_payments/month=2026-03/` */
export const monthPrefix = (table: string, month: string): string => `${tablePrefix(table)}month=${month}/`;

/**
 * The key of one file: one table, one month, one load. A key has one writer and is never used again.
 *
 * @param table with its instance's prefix, as `tableName` makes it
 */
export const fileKey = (table: string, month: string, loadId: string): string =>
  `${monthPrefix(table, month)}${loadId}.parquet`;
