import { randomUUID } from 'node:crypto';
import { TransientError } from '../errors.ts';
import type { CheckpointTable, ItemKey, Lease, Stored } from '../load/checkpoint-table.ts';
import type { Clock, SyncSettings } from './settings.ts';

/**
 * How leases are held. 'alone': whoever has the lake's embedded store holds every lease in it, so none is waited for.
 * 'shared': other processes see the same checkpoints; a lease lives as long as it is renewed.
 */
export type Leasing = 'alone' | 'shared';

const pollMs = 1000;

/**
 * The lease of one checkpoint item, renewed while it is held. Safety rests on version and keys, never on the lease:
 * it only keeps two syncs from doing the same work.
 */
export class LeaseKeeper<State> {
  readonly stored: Stored<State>;
  readonly #table: CheckpointTable;
  readonly #owner: string;
  readonly #timer: NodeJS.Timeout | null;

  private constructor(table: CheckpointTable, stored: Stored<State>, owner: string, timer: NodeJS.Timeout | null) {
    this.#table = table;
    this.stored = stored;
    this.#owner = owner;
    this.#timer = timer;
  }

  /**
   * Takes the lease of an item, making the item if there is none.
   *
   * @param token of a hand-over, if the sync before left one
   * @throws {TransientError} when another owner's lease outlives the wait
   */
  static async take<State>(
    table: CheckpointTable,
    key: ItemKey,
    initial: State,
    options: {
      leasing: Leasing;
      settings: SyncSettings;
      clock: Clock;
      token?: string | undefined;
      signal?: AbortSignal | undefined;
    },
  ): Promise<LeaseKeeper<State>> {
    const { leasing, settings, clock, token, signal } = options;
    const owner = randomUUID();
    const lease = (): Lease => ({ owner, until: clock.now() + settings.leaseMs });
    if ((await table.read(key)) === null) {
      // Whoever else makes it at this moment makes the same; then the lease decides.
      await table.move(key, null, initial).catch((error: Error) => {
        if (error.name !== 'TakenOver') throw error;
      });
    }
    const deadline = clock.now() + settings.waitForLeaseMs;
    for (;;) {
      const now = leasing === 'alone' ? Number.MAX_SAFE_INTEGER : clock.now();
      const stored = await table.takeLease<State>(key, lease(), now, token === undefined ? [] : [token]);
      if (stored) {
        const renew = () => void table.renewLease(key, lease()).catch(() => {});
        const timer = leasing === 'alone' ? null : setInterval(renew, settings.renewEveryMs).unref();
        return new LeaseKeeper(table, stored, owner, timer);
      }
      if (clock.now() >= deadline) {
        throw new TransientError(
          `${key.instance}: another sync is at work (${key.item}), and was still after ${settings.waitForLeaseMs / 1000} s; it goes on by itself`,
        );
      }
      await clock.sleep(pollMs, signal);
    }
  }

  /** Stops renewing. The lease itself is given up with the last move, or here. */
  async release(): Promise<void> {
    this.stop();
    await this.#table.giveUpLease(this.stored, this.#owner);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }
}
