import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { HttpClient } from '../../lambdas/extract/http-client.ts';
import { CheckpointTable } from '../../lambdas/load/checkpoint-table.ts';
import type { ObjectStore } from '../../lambdas/load/object-store.ts';
import { checkpointTableName } from '../../local/embedded-dynamodb.ts';

/** What a killed process's next step meets. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/**
 * A process that dies at one numbered moment: every step into the world has one before it and one after it. Once dead,
 * no step is taken any more.
 */
export class Mortal {
  /** Moments passed so far. */
  moments = 0;
  /** The name of each moment passed, such as `before put warehouse/…`. */
  readonly passed: string[] = [];
  readonly #diesAt: number;
  readonly #onMoment: ((moment: number, name: string) => Promise<void> | undefined) | null;
  #frozen: Promise<void> | undefined;
  #isDead = false;

  /**
   * @param diesAt from 0; Infinity: never
   * @param onMoment told of each moment; while a promise it gave is pending, the process stands still, all of it
   */
  constructor(diesAt: number, onMoment: ((moment: number, name: string) => Promise<void> | undefined) | null = null) {
    this.#diesAt = diesAt;
    this.#onMoment = onMoment;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  async #pass(name: string): Promise<void> {
    for (let frozen = this.#frozen; frozen; frozen = this.#frozen) await frozen;
    if (!this.#isDead && this.moments === this.#diesAt) this.#isDead = true;
    if (this.#isDead) throw new Killed(name);
    this.passed.push(name);
    const moment = this.moments++;
    this.#frozen = this.#onMoment?.(moment, name)?.finally(() => {
      this.#frozen = undefined;
    });
    await this.#frozen;
  }

  async step<T>(name: string, action: () => Promise<T>): Promise<T> {
    await this.#pass(`before ${name}`);
    const result = await action();
    await this.#pass(`after ${name}`);
    return result;
  }

  /** Each request to the API is a step. */
  client(client: HttpClient): HttpClient {
    return { ...client, getJson: (path, query) => this.step(`get ${path}`, () => client.getJson(path, query)) };
  }

  store(store: ObjectStore): ObjectStore {
    return {
      list: (prefix) => this.step(`list ${prefix}`, () => store.list(prefix)),
      read: (key, start, end) => this.step(`read ${key}`, () => store.read(key, start, end)),
      putNew: (key, bytes) => this.step(`put ${key}`, () => store.putNew(key, bytes)),
      delete: (keys) => this.#deleteOneByOne(store, keys),
    };
  }

  /** A process can die when some of the objects it was to delete are gone and some are not. */
  async #deleteOneByOne(store: ObjectStore, keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.step(`delete ${key}`, () => store.delete([key]));
  }

  checkpoints(client: DynamoDBClient): CheckpointTable {
    return new MortalCheckpoints(client, this);
  }
}

class MortalCheckpoints extends CheckpointTable {
  readonly #mortal: Mortal;

  constructor(client: DynamoDBClient, mortal: Mortal) {
    super(client, checkpointTableName);
    this.#mortal = mortal;
  }

  override read<State>(...given: Parameters<CheckpointTable['read']>) {
    return this.#mortal.step(`read ${given[0].item}`, () => super.read<State>(...given));
  }

  override move(...given: Parameters<CheckpointTable['move']>) {
    return this.#mortal.step(`move ${given[0].item}`, () => super.move(...given));
  }

  override takeLease<State>(...given: Parameters<CheckpointTable['takeLease']>) {
    return this.#mortal.step(`take ${given[0].item}`, () => super.takeLease<State>(...given));
  }

  override giveUpLease(...given: Parameters<CheckpointTable['giveUpLease']>) {
    return this.#mortal.step(`give up ${given[0].item}`, () => super.giveUpLease(...given));
  }

  override remove(...given: Parameters<CheckpointTable['remove']>) {
    return this.#mortal.step(`remove ${given[0].item}`, () => super.remove(...given));
  }
}
