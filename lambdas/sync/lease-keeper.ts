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

/** Another owner's lease outlived the wait: nothing failed, somebody else is at work. */
export class LeaseHeld extends TransientError {
  constructor({ instance, item }: ItemKey, waitedMs: number) {
    super(
      `${instance}: another sync is at work (${item}), and was still after ${waitedMs / 1000} s; it goes on by itself`,
    );
  }
}

export interface LeaseOptions {
  readonly leasing: Leasing;
  readonly settings: SyncSettings;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

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
   * @throws {LeaseHeld} when another owner's lease outlives the wait
   */
  static async take<State>(
    table: CheckpointTable,
    key: ItemKey,
    initial: State,
    options: LeaseOptions,
  ): Promise<LeaseKeeper<State>> {
    const { settings, clock, signal } = options;
    if ((await table.read(key)) === null) {
      // Whoever else makes it at this moment makes the same; then the lease decides.
      await table.move(key, null, initial).catch((error: Error) => {
        if (error.name !== 'TakenOver') throw error;
      });
    }
    const deadline = clock.now() + settings.waitForLeaseMs;
    for (;;) {
      const keeper = await LeaseKeeper.#tryToTake<State>(table, key, options, []);
      if (keeper) return keeper;
      if (clock.now() >= deadline) throw new LeaseHeld(key, settings.waitForLeaseMs);
      await clock.sleep(pollMs, signal);
    }
  }

  /**
   * Takes the lease that was handed to a token. A token is good once: who comes with it again waits like anybody
   * else, and takes the lease if its owner died with work left.
   *
   * @param isLeft whether the work the token was given for is still there
   * @returns null when nothing is left to do: the work is done, or its checkpoint moved on while we waited
   * @throws {LeaseHeld} when the owner's lease outlives the wait and the checkpoint stands still: come again
   * @see protocol.md, "Lease and hand-over"
   */
  static async takeHandedOver<State>(
    table: CheckpointTable,
    key: ItemKey,
    token: string,
    isLeft: (state: State) => boolean,
    options: LeaseOptions,
  ): Promise<LeaseKeeper<State> | null> {
    const { settings, clock, signal } = options;
    const deadline = clock.now() + settings.waitForLeaseMs;
    for (let firstSeen: number | null = null; ; ) {
      const met = await table.read<State>(key);
      if (!met || !isLeft(met.state)) return null;
      firstSeen ??= met.version;
      const keeper = await LeaseKeeper.#tryToTake<State>(table, key, options, [token]);
      if (keeper && isLeft(keeper.stored.state)) return keeper;
      if (keeper) {
        await keeper.release();
        return null;
      }
      if (clock.now() >= deadline) {
        if (met.version > firstSeen) return null;
        throw new LeaseHeld(key, settings.waitForLeaseMs);
      }
      await clock.sleep(pollMs, signal);
    }
  }

  static async #tryToTake<State>(
    table: CheckpointTable,
    key: ItemKey,
    { leasing, settings, clock }: LeaseOptions,
    tokens: readonly string[],
  ): Promise<LeaseKeeper<State> | null> {
    const owner = randomUUID();
    const lease = (): Lease => ({ owner, until: clock.now() + settings.leaseMs });
    const now = leasing === 'alone' ? Number.MAX_SAFE_INTEGER : clock.now();
    const stored = await table.takeLease<State>(key, lease(), now, tokens);
    if (!stored) return null;
    const renew = () => void table.renewLease(key, lease()).catch(() => {});
    const timer = leasing === 'alone' ? null : setInterval(renew, settings.renewEveryMs).unref();
    return new LeaseKeeper(table, stored, owner, timer);
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
