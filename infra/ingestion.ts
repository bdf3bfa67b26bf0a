import { Annotations } from 'aws-cdk-lib';
import type { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { type Configuration, contextKey, type InstanceConfiguration } from './configuration.ts';
import { DeadLetters } from './dead-letters.ts';
import { FunctionSchedule } from './function-schedule.ts';
import { personalDataKey } from './personal-data-key.ts';
import { firesAtNight, firesDaily } from './schedule-expression.ts';
import type { Storage } from './storage.ts';
import { SyncFunction } from './sync-function.ts';

export interface IngestionProps {
  /** One function for each of its instances, one schedule for each that is enabled. */
  readonly configuration: Configuration;
  /** Where files and checkpoints go; the key encrypts the secrets too. */
  readonly storage: Storage;
}

/** From the payments APIs into the bucket: a function, a secret and a schedule for each instance. */
export class Ingestion extends Construct {
  /** In the configuration's order. */
  readonly syncs: readonly SyncFunction[];
  readonly deadLetters: DeadLetters;
  /** null: personal data is not hashed. */
  readonly personalDataKey: CfnSecret | null;

  constructor(scope: Construct, id: string, { configuration, storage }: IngestionProps) {
    super(scope, id);
    this.deadLetters = new DeadLetters(this, 'DeadLetters');
    this.personalDataKey = configuration.personalData === 'hash' ? personalDataKey(this, storage.key) : null;
    this.syncs = configuration.instances.map((instance) => {
      const sync = new SyncFunction(this, instance.name, {
        instance,
        configuration,
        storage,
        deadLetters: this.deadLetters,
        personalDataKey: this.personalDataKey,
      });
      if (instance.enabled) this.schedule(sync);
      return sync;
    });
  }

  private schedule(sync: SyncFunction): void {
    const { instance } = sync;
    warnOfSchedule(this, instance);
    new FunctionSchedule(sync, 'Nightly', {
      function: sync.function,
      undelivered: this.deadLetters.undelivered,
      expression: instance.schedule,
      timeZone: instance.timeZone,
      description: `payments-lake: nightly sync of ${instance.name}`,
      input: { mode: 'incremental' },
    });
  }
}

function warnOfSchedule(scope: Construct, { name, schedule, timeZone }: InstanceConfiguration): void {
  const key = `${contextKey}.instances.${name}.schedule`;
  if (timeZone !== 'UTC' && firesAtNight(schedule)) {
    Annotations.of(scope).addWarningV2(
      `payments-lake:night:${name}`,
      `${key}: a change of clocks can skip or repeat a time between 00:00 and 03:59 in ${timeZone}, got '${schedule}'`,
    );
  }
  if (!firesDaily(schedule)) {
    Annotations.of(scope).addWarningV2(
      `payments-lake:daily:${name}`,
      `${key}: the freshness alarm asks for a completed sync in 26 hours, got '${schedule}', which does not fire daily`,
    );
  }
}
