import { Duration } from 'aws-cdk-lib';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Construct } from 'constructs';
import { type CompactionSettings, compactionEvent, deletionsEvent } from '../lambdas/warehouse/compaction-settings.ts';
import { compactEntry } from './bundling.ts';
import { compactionRole } from './compaction-role.ts';
import type { Configuration } from './configuration.ts';
import type { DeadLetters } from './dead-letters.ts';
import { FunctionSchedule } from './function-schedule.ts';
import { pipelineFunction } from './pipeline-function.ts';
import type { Storage } from './storage.ts';

/**
 * MB: one whole core. Measured: 533 MB at the peak for a file of 55 MB (docs/benchmarks.md). Reckoned, not measured, for
 * the largest file of 256 MB and 160 MB of rows in hand: about 1 GB.
 */
const memoryMb = 1769;

/** When superseded files are looked at: an hour after the default of the weekly schedule. UTC. */
const deletionsSchedule = 'cron(45 6 * * ? *)';

export interface MaintenanceProps {
  /** Compaction's schedule, size of files and grace, and how long its log is kept. */
  readonly configuration: Configuration;
  /** Whose files are folded. */
  readonly storage: Storage;
  /** `failed` takes the events that three tries came to nothing with, `undelivered` those that Scheduler kept. */
  readonly deadLetters: DeadLetters;
}

/** Keeps the warehouse in shape: one function that compacts it, by itself every week, a month of a table at a time. */
export class Maintenance extends Construct {
  readonly compaction: NodejsFunction;

  constructor(scope: Construct, id: string, { configuration, storage, deadLetters }: MaintenanceProps) {
    super(scope, id);
    this.compaction = pipelineFunction(this, 'Compaction', {
      description: 'payments-lake: compaction',
      entry: compactEntry,
      role: compactionRole(this, 'Role', { storage, instances: configuration.instances }),
      memorySize: memoryMb,
      // The most that Lambda gives. A round of 256 MB of payments is reckoned to take 70 s of CPU, by the bench; none is
      // begun with less than 5 minutes left.
      timeout: Duration.minutes(15),
      // recursiveLoop stays as it is: after about 16 rounds of some ten minutes Lambda ends what hands over to itself,
      // with an alarm. That is 35 GB of one month, or thousands of small months; what is left waits for next Sunday.
      settings: settingsOf(configuration, storage),
      configuration,
      deadLetters,
    });
    this.schedule('Weekly', configuration.compactionSchedule, compactionEvent, 'compaction', deadLetters);
    this.schedule('Deletions', deletionsSchedule, deletionsEvent, 'deletion of superseded files', deadLetters);
  }

  private schedule(id: string, expression: string, input: object, what: string, { undelivered }: DeadLetters): void {
    new FunctionSchedule(this, id, {
      function: this.compaction,
      undelivered,
      expression,
      timeZone: 'UTC',
      description: `payments-lake: ${what}`,
      input,
    });
  }
}

const settingsOf = (
  { stage, instances, compactionFileMb, compactionGraceHours, compactionsAtOnce, leaseSeconds }: Configuration,
  { bucket, checkpoints }: Storage,
): CompactionSettings => ({
  stage,
  bucket: bucket.bucketName,
  checkpointTable: checkpoints.tableName,
  instances: instances.map(({ name, source }) => ({ name, api: source.name })),
  fileMb: compactionFileMb,
  graceHours: compactionGraceHours,
  atOnce: compactionsAtOnce,
  leaseSeconds,
});
