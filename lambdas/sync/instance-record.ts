import { UsageError } from '../errors.ts';
import type { CheckpointTable, Stored } from '../load/checkpoint-table.ts';
import type { PersonalData } from '../transform/personal-data.ts';
import { personalDataState, refuseMeanwhileChanged, refuseOtherPersonalData } from './personal-data-state.ts';
import { instanceItem, type Scope } from './sync-names.ts';
import type { InstanceState } from './sync-state.ts';

/** What is known of an instance across its syncs: whose list it is, at which URL, in which order. */
export class InstanceRecord {
  readonly #table: CheckpointTable;
  readonly #key: { readonly instance: string; readonly item: string };
  #stored: Stored<InstanceState> | null;
  readonly #fresh: InstanceState;
  /** How the warehouse held personal data when this was opened. */
  readonly #heldPersonalData: InstanceState['personalData'];

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
    this.#heldPersonalData = stored?.state.personalData;
  }

  /**
   * @param writing how personal data is to be written, and by which sync; left out: as it comes
   * @throws {UsageError} when the warehouse was filled from another base URL, naming both, or holds personal data in
   * another way
   */
  static async open(
    table: CheckpointTable,
    instance: { readonly name: string; readonly source: { readonly name: string } },
    baseUrl: string,
    sameAccount: boolean,
    writing: { readonly personalData?: PersonalData | undefined; readonly scope?: Scope } = {},
  ): Promise<InstanceRecord> {
    const stored = await table.read<InstanceState>({ instance: instance.name, item: instanceItem });
    if (stored && stored.state.baseUrl !== baseUrl && !sameAccount) {
      throw new UsageError(
        `${instance.name}: this warehouse was filled from ${stored.state.baseUrl}, got ${baseUrl}; ` +
          'use another lake, or --same-account if it is the same account at another address',
      );
    }
    const wanted = personalDataState(writing.personalData);
    if (stored) refuseOtherPersonalData(instance.name, stored.state.personalData, wanted, writing.scope ?? null);
    const fresh = {
      ...(stored?.state ?? { source: instance.source.name, account: null, outOfOrder: false, total: null }),
      baseUrl,
      ...((stored?.state.personalData ?? wanted.mode !== 'keep') && { personalData: wanted }),
    };
    return new InstanceRecord(table, instance.name, stored, fresh);
  }

  get state(): InstanceState {
    return this.#stored?.state ?? this.#fresh;
  }

  /**
   * Writes what is new; nothing when nothing is. Two syncs of one instance may write at once: the second reads first.
   *
   * @param news or what makes it from the state as it is read
   */
  async learn(news: Partial<InstanceState> | ((state: InstanceState) => Partial<InstanceState>)): Promise<void> {
    for (let tries = 0; ; tries++) {
      const fresh = typeof news === 'function' ? news(this.state) : news;
      const { baseUrl, personalData } = this.#fresh;
      const state: InstanceState = { ...this.state, baseUrl, ...(personalData && { personalData }), ...fresh };
      if (this.#stored && JSON.stringify(state) === JSON.stringify(this.#stored.state)) return;
      try {
        const version = await this.#table.move(this.#key, this.#stored?.version ?? null, state);
        this.#stored = { ...this.#key, state, version, lease: null };
        return;
      } catch (error) {
        if ((error as Error).name !== 'TakenOver' || tries === 3) throw error;
        this.#stored = await this.#table.read<InstanceState>(this.#key);
        refuseMeanwhileChanged(this.#key.instance, this.#heldPersonalData, this.#stored?.state.personalData);
      }
    }
  }
}
