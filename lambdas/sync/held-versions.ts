import { ObjectGone, type ObjectStore } from '../load/object-store.ts';
import { readColumns } from '../load/parquet-reader.ts';
import { type Instance, tableName } from '../warehouse/instance.ts';
import { monthPrefix } from '../warehouse/keys.ts';
import { VersionTable } from './version-table.ts';

/** A month's versions as the current view would pick them, and the files they were read from. */
interface Month {
  readonly versions: VersionTable;
  readonly filesRead: Set<string>;
}

const proofColumns = (createdAt: string): readonly string[] => [
  'payment_id',
  createdAt,
  '_hash',
  '_version_at',
  '_loaded_at',
  '_load_id',
  '_deleted_at',
  '_superseded_at',
];

/** A month is listed so often before a file that vanishes is an error: one deletion is seen by two listings at most. */
const mostListings = 5;

/**
 * What the warehouse holds: the only proof that a record need not be written. Read from the payments files month by
 * month; bounded in memory, months least recently used go first.
 *
 * @see protocol.md, "What is written"
 */
export class HeldVersions {
  readonly #store: ObjectStore;
  readonly #paymentsTable: string;
  readonly #columns: readonly string[];
  readonly #limitBytes: number;
  /** In order of use: the first was used least recently. */
  readonly #months = new Map<string, Month>();
  #pinned: ReadonlySet<string> = new Set();

  constructor(store: ObjectStore, instance: Instance, limitBytes: number) {
    const { payments, shared } = instance.source;
    this.#store = store;
    this.#paymentsTable = tableName(instance, payments);
    this.#columns = proofColumns(shared.created_at);
    this.#limitBytes = limitBytes;
  }

  /** The month's versions; call `load` or `refresh` for the month first. */
  of(month: string): VersionTable {
    const held = this.#months.get(month);
    if (!held) throw new Error(`month ${month} is asked for before it was read`);
    return held.versions;
  }

  /** Reads the months that are not in memory. Months in `keep` are not dropped to make room. */
  async load(months: Iterable<string>, keep: ReadonlySet<string>): Promise<void> {
    const wanted = new Set(months);
    this.#pinned = new Set([...wanted, ...keep]);
    for (const month of wanted) {
      const held = this.#months.get(month);
      if (held) this.#touch(month, held);
      else await this.#refreshOne(month);
    }
  }

  /** Lists the months again and reads what other syncs have put there since. */
  async refresh(months: Iterable<string>): Promise<void> {
    for (const month of months) await this.#refreshOne(month);
  }

  /** A file of our own, whose versions were added as it was made: it need not be read. */
  ownFile(month: string, key: string): void {
    this.#months.get(month)?.filesRead.add(key);
  }

  async #refreshOne(month: string): Promise<void> {
    const held = this.#months.get(month) ?? { versions: new VersionTable(), filesRead: new Set<string>() };
    this.#touch(month, held);
    for (let listings = 1; ; listings++) {
      try {
        await this.#readNewFiles(month, held);
        break;
      } catch (error) {
        // A compaction deleted the file after it was listed: its rows lie in another, which the next listing has.
        if (!(error instanceof ObjectGone) || listings === mostListings) throw error;
      }
    }
    this.#dropToLimit();
  }

  async #readNewFiles(month: string, held: Month): Promise<void> {
    for (const object of await this.#store.list(monthPrefix(this.#paymentsTable, month))) {
      if (held.filesRead.has(object.key)) continue;
      for await (const group of readColumns(this.#store, object, this.#columns)) {
        const [ids, createdAts, hashes, versionAts, loadedAts, loadIds, deletedAts, supersededAts] = group.columns;
        for (let row = 0; row < group.rows; row++) {
          held.versions.add(
            ids?.[row] as string,
            createdAts?.[row] as number | null,
            hashes?.[row] as bigint,
            Number(versionAts?.[row]),
            Number(loadedAts?.[row]),
            loadIds?.[row] as string,
            (deletedAts?.[row] ?? null) !== null || (supersededAts?.[row] ?? null) !== null,
          );
        }
      }
      held.filesRead.add(object.key);
    }
  }

  #touch(month: string, held: Month): void {
    this.#months.delete(month);
    this.#months.set(month, held);
  }

  #dropToLimit(): void {
    let bytes = 0;
    for (const { versions } of this.#months.values()) bytes += versions.bytes;
    for (const [month, { versions }] of this.#months) {
      if (bytes <= this.#limitBytes) return;
      if (this.#pinned.has(month)) continue;
      this.#months.delete(month);
      bytes -= versions.bytes;
    }
  }
}
