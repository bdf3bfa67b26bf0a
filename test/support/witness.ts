import type { Payment } from '../../local/sample-apis/sample-api.ts';
import { currentRows } from './history-rows.ts';
import { type CurrentRows, recordsOf } from './lake-records.ts';
import { comparable } from './same-record.ts';
import type { SyncBench } from './sync-bench.ts';
import { noTally, type Tally } from './tally.ts';

/**
 * A reader that lists payments first, and remembers: what it is shown must be whole (a version the API once had,
 * children included), each payment once, and never older than what it was shown before.
 */
export class Witness {
  /** How often it looked. */
  looks = 0;
  readonly #bench: Pick<SyncBench, 'store' | 'instance'>;
  readonly #tally: Tally;
  /** The versions of each payment the API had, oldest first. */
  readonly #versions = new Map<string, string[]>();
  readonly #shown = new Map<string, number>();
  /** Payments whose createdAt the API changed: they may stand twice until they are repaired. */
  readonly #excused = new Set<string>();

  /** @param tally is added what it sees lost or doubled */
  constructor(bench: Pick<SyncBench, 'store' | 'instance'>, tally = noTally()) {
    this.#bench = bench;
    this.#tally = tally;
  }

  /** To be told of each version of each payment, before anybody can read it. */
  note(payment: Payment): void {
    const versions = this.#versions.get(payment.id as string) ?? [];
    versions.push(this.#text(payment));
    this.#versions.set(payment.id as string, versions);
  }

  excuse(id: string): void {
    this.#excused.add(id);
  }

  /** @throws if the lake shows what it must not */
  async look(): Promise<void> {
    const { instance } = this.#bench;
    const rows = currentRows(this.#bench);
    const shown: CurrentRows = async (table) => {
      const idColumn = table.columns.findIndex(({ name }) => name === 'payment_id');
      return (await rows(table)).filter((row) => !this.#excused.has(String(row[idColumn])));
    };
    const records = await recordsOf(instance, shown, this.#tally);
    this.looks++;
    const missing = [...this.#shown.keys()].filter((id) => !records.has(id) && !this.#excused.has(id));
    this.#tally.lost += missing.length;
    if (missing.length > 0) throw new Error(`payments that were shown are not shown any more: ${missing}`);
    for (const [id, record] of records) {
      const version = this.#versions.get(id)?.lastIndexOf(this.#text(record)) ?? -1;
      const before = this.#shown.get(id) ?? -1;
      if (version < 0) throw new Error(`payment ${id} is shown as it never was: ${JSON.stringify(record)}`);
      if (version < before) throw new Error(`payment ${id} is shown in version ${version} after version ${before}`);
      this.#shown.set(id, version);
    }
  }

  #text(record: unknown): string {
    return JSON.stringify(comparable(this.#bench.instance.source, record));
  }
}
