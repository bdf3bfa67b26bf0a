import { UsageError } from '../errors.ts';
import type { CheckpointTable, Stored } from '../load/checkpoint-table.ts';
import { instanceItem } from './sync-names.ts';
import type { InstanceState } from './sync-state.ts';

/** What is known of an instance across its syncs: whose list it is, at which URL, in which order. */
export class InstanceRecord {
  readonly #table: CheckpointTable;
  readonly #key: { readonly instance: string; readonly item: string };
  #stored: Stored<InstanceState> | null;
  readonly #fresh: InstanceState;

  private constructor(
    table: CheckpointTable,
    instance: string,
    stored: Stored<InstanceState> | null,
    fresh: InstanceState,
  ) {
    this.#table = table;
    this.#key = { instance, item: instanceItem };
    this.#stored = stored;
    this.#fresh = fresh;
  }

  /** @throws {UsageError} when the warehouse was filled from another base URL, naming both */
  static async open(
    table: CheckpointTable,
    instance: { readonly name: string; readonly source: { readonly name: string } },
    baseUrl: string,
    sameAccount: boolean,
  ): Promise<InstanceRecord> {
    const stored = await table.read<InstanceState>({ instance: instance.name, item: instanceItem });
    if (stored && stored.state.baseUrl !== baseUrl && !sameAccount) {
      throw new UsageError(
        `${instance.name}: this warehouse was filled from ${stored.state.baseUrl}, got ${baseUrl}; ` +
          'use another lake, or --same-account if it is the same account at another address',
      );
    }
    const fresh = { source: instance.source.name, baseUrl, account: null, outOfOrder: false, total: null };
    return new InstanceRecord(table, instance.name, stored, stored ? { ...stored.state, baseUrl } : fresh);
  }

  get state(): InstanceState {
    return this.#stored?.state ?? this.#fresh;
  }

  /** Writes what is new; nothing when nothing is. Two syncs of one instance may write at once: the second reads first. */
  async learn(news: Partial<InstanceState>): Promise<void> {
    for (let tries = 0; ; tries++) {
      const state: InstanceState = { ...this.state, baseUrl: this.#fresh.baseUrl, ...news };
      if (this.#stored && JSON.stringify(state) === JSON.stringify(this.#stored.state)) return;
      try {
        const version = await this.#table.move(this.#key, this.#stored?.version ?? null, state);
        this.#stored = { ...this.#key, state, version, lease: null };
        return;
      } catch (error) {
        if ((error as Error).name !== 'TakenOver' || tries === 3) throw error;
        this.#stored = await this.#table.read<InstanceState>(this.#key);
      }
    }
  }
}
