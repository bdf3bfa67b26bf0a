import type { ObjectStore, StoredObject } from '../load/object-store.ts';
import { readColumns } from '../load/parquet-reader.ts';
import type { Value } from '../sources/row.ts';
import type { Instance } from '../warehouse/instance.ts';
import { monthOf } from '../warehouse/keys.ts';
import { HeldVersions } from './held-versions.ts';
import { type PointedPayment, roundPlace } from './recheck.ts';
import { paymentsFiles } from './shown-payments.ts';

/** Which open payments are wanted. */
export interface OpenWanted {
  /** createdAt, exclusive: the nightly reads the younger ones. */
  readonly before: number;
  /** Those of another account are not at this API; null: not known. */
  readonly account: string | null;
  /** As `roundPlace` of the last one looked at; null: from the oldest month on. */
  readonly after: string | null;
  /** At most so many. */
  readonly most: number;
}

/**
 * Payments that are open in the warehouse, in the order of the round: by month and id, from where it stood, and from
 * the oldest month again. Reads a few columns of the payments files, month by month, no further than the number wanted
 * takes; holds the versions of one month (60 bytes a payment) and twice the number wanted.
 */
export async function openPayments(
  store: ObjectStore,
  instance: Instance,
  { before, account, after, most }: OpenWanted,
  heldBytes: number,
): Promise<PointedPayment[]> {
  const files = await paymentsFiles({ store, instance });
  const months = [...files.keys()].filter((month) => month <= monthOf(before)).sort();
  const startMonth = after?.slice(0, 7) ?? '';
  // The month of the round's place is looked at twice: first behind the place, at the end up to it.
  const from = months.filter((month) => month >= startMonth);
  const upTo = months.filter((month) => month <= startMonth);
  const found: PointedPayment[] = [];
  const look = async (month: string, isWanted: (place: string) => boolean): Promise<void> => {
    const wanted = { before, account, isWanted, most: most - found.length };
    found.push(...(await openOfMonth(store, instance, month, files.get(month) ?? [], wanted, heldBytes)));
  };
  for (const month of from) if (found.length < most) await look(month, (place) => after === null || place > after);
  for (const month of upTo) if (found.length < most) await look(month, (place) => after !== null && place <= after);
  return found;
}

interface MonthWanted extends Pick<OpenWanted, 'before' | 'account' | 'most'> {
  readonly isWanted: (place: string) => boolean;
}

async function openOfMonth(
  store: ObjectStore,
  instance: Instance,
  month: string,
  files: readonly StoredObject[],
  { before, account, most, isWanted }: MonthWanted,
  heldBytes: number,
): Promise<PointedPayment[]> {
  const { source } = instance;
  const isOpen = new Set<Value>(source.openStatuses);
  const column = (path: string | undefined) => source.payments.columns.find((each) => each.path === path)?.name ?? '';
  const searchedBy = source.single?.kind === 'search' ? column(source.single.by) : '';
  const names = [source.shared.status, 'payment_id', source.shared.created_at, '_version_at', '_loaded_at', '_hash'];
  let held: HeldVersions | null = null;
  let found: PointedPayment[] = [];
  for (const object of files) {
    if (!(await hasOpen(store, object, source.shared.status, isOpen))) continue;
    if (!held) {
      held = new HeldVersions(store, instance, heldBytes);
      await held.load([month], new Set());
    }
    const versions = held.of(month);
    for await (const { rows, columns } of readColumns(store, object, [...names, column(source.account), searchedBy])) {
      const [statuses, ids, createdAts, versionAts, loadedAts, hashes, accounts, searches] = columns;
      for (let row = 0; row < rows; row++) {
        if (!isOpen.has(statuses?.[row] as Value)) continue;
        const id = ids?.[row] as string;
        const createdAt = createdAts?.[row] as number | null;
        if ((createdAt !== null && createdAt >= before) || !isWanted(roundPlace({ id, createdAt }))) continue;
        if (account !== null && String(accounts?.[row]) !== account) continue;
        const shown = versions.find(id, createdAt);
        const isShown =
          shown !== null &&
          !shown.hidden &&
          shown.hash === hashes?.[row] &&
          shown.versionAt === Number(versionAts?.[row]) &&
          shown.loadedAt === Number(loadedAts?.[row]);
        if (isShown) found.push({ id, createdAt, orderId: (searches?.[row] as string | null | undefined) ?? null });
      }
      if (found.length > 2 * most) found = firstOf(found, most);
    }
  }
  return firstOf(found, most);
}

/** Most files of a month hold none, and their status is a small column. */
async function hasOpen(
  store: ObjectStore,
  object: StoredObject,
  status: string,
  isOpen: ReadonlySet<Value>,
): Promise<boolean> {
  for await (const { rows, columns } of readColumns(store, object, [status])) {
    for (let row = 0; row < rows; row++) if (isOpen.has(columns[0]?.[row] as Value)) return true;
  }
  return false;
}

/** The first of the round, each once: a file may be there twice. */
function firstOf(payments: readonly PointedPayment[], most: number): PointedPayment[] {
  const byPlace = new Map(payments.map((payment) => [roundPlace(payment), payment]));
  return [...byPlace]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, payment]) => payment)
    .slice(0, most);
}
