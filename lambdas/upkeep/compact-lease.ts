import { randomUUID } from 'node:crypto';
import { TakenOver } from '../errors.ts';
import type { CheckpointTable, ItemKey, Lease } from '../load/checkpoint-table.ts';
import { leaseKey } from './compact-item.ts';
import type { CompactOptions, TableMonth } from './compact-options.ts';

/**
 * Keeps two processes from doing the same month's work. Nothing rests on it: a round that lost it is abandoned by the
 * version of its own item.
 */
export class MonthLease {
  readonly #checkpoints: CheckpointTable;
  readonly #key: ItemKey;
  readonly #owner: string;
  readonly #timer: NodeJS.Timeout | null;

  private constructor(checkpoints: CheckpointTable, key: ItemKey, owner: string, timer: NodeJS.Timeout | null) {
    this.#checkpoints = checkpoints;
    this.#key = key;
    this.#owner = owner;
    this.#timer = timer;
  }

  /** @returns null while another process has the month: it is not waited for */
  static async take(options: CompactOptions, month: TableMonth): Promise<MonthLease | null> {
    const { checkpoints, settings, now, leasing } = options;
    const key = leaseKey(month);
    if ((await checkpoints.read(key)) === null) {
      await checkpoints.move(key, null, null).catch((error: unknown) => {
        if (!(error instanceof TakenOver)) throw error;
      });
    }
    const owner = randomUUID();
    const lease = (): Lease => ({ owner, until: now() + settings.leaseMs });
    const taken = await checkpoints.takeLease(key, lease(), leasing === 'alone' ? Number.MAX_SAFE_INTEGER : now());
    if (!taken) return null;
    const renew = () => void checkpoints.renewLease(key, lease()).catch(() => {});
    const timer = leasing === 'alone' ? null : setInterval(renew, settings.renewEveryMs).unref();
    return new MonthLease(checkpoints, key, owner, timer);
  }

  async isOurs(): Promise<boolean> {
    return (await this.#checkpoints.read(this.#key))?.lease?.owner === this.#owner;
  }

  /** Gives the lease up and takes its item away: a month that nobody compacts leaves nothing behind. */
  async release(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    const stored = await this.#checkpoints.read(this.#key);
    if (stored?.lease?.owner === this.#owner) await this.#checkpoints.remove(this.#key, stored.version);
  }
}
