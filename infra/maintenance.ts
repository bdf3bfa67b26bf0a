import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ApplicationLogLevel, Architecture, LoggingFormat, SystemLogLevel } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { NodejsFunction, OutputFormat, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type CompactionSettings, compactionEvent, deletionsEvent } from '../lambdas/warehouse/compaction-settings.ts';
import { settingsVariable } from '../lambdas/warehouse/function-settings.ts';
import { bundling, compactEntry } from './bundling.ts';
import { compactionRole } from './compaction-role.ts';
import type { Configuration } from './configuration.ts';
import type { DeadLetters } from './dead-letters.ts';
import { NightlySchedule } from './nightly-schedule.ts';
import type { Storage } from './storage.ts';
import { runtime } from './sync-function.ts';

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
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, { configuration, storage, deadLetters }: MaintenanceProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Log', {
      retention: configuration.retentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = compactionRole(this, 'Role', {
      storage,
      instances: configuration.instances,
      logGroup: this.logGroup,
    });
    this.compaction = new NodejsFunction(this, 'Compaction', {
      description: 'payments-lake: compaction',
      entry: compactEntry,
      runtime,
      architecture: Architecture.ARM_64,
      role,
      memorySize: memoryMb,
      // The most that Lambda gives. A round of 256 MB of payments is reckoned to take 70 s of CPU, by the bench; none is
      // begun with less than 5 minutes left.
      timeout: Duration.minutes(15),
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.INFO,
      environment: {
        [settingsVariable]: Stack.of(this).toJsonString(settingsOf(configuration, storage)),
        NODE_OPTIONS: '--enable-source-maps',
      },
      // A month is begun anew by each try; after 1 and 2 minutes, so the lease of a killed function has run out.
      retryAttempts: 2,
      // recursiveLoop stays as it is: 16 rounds are 35 GB of one month, and one that gets nowhere ends in an alarm.
      // The first run after a long backfill invokes it for thousands of months: what finds no room waits its turn.
      ...(configuration.compactionsAtOnce !== null && {
        reservedConcurrentExecutions: configuration.compactionsAtOnce,
      }),
      maxEventAge: Duration.hours(6),
      onFailure: new SqsDestination(deadLetters.failed),
      bundling: {
        minify: bundling.minify,
        sourceMap: bundling.sourcemap,
        sourceMapMode: SourceMapMode.DEFAULT,
        sourcesContent: bundling.sourcesContent,
        format: OutputFormat.CJS,
        target: bundling.target,
        mainFields: [...bundling.mainFields],
        externalModules: [...bundling.external],
        esbuildArgs: { '--tsconfig-raw': bundling.tsconfigRaw },
      },
    });
    // Not function.grantInvoke(function): the role would name the function, which waits for the role.
    new Policy(this, 'InvokeItself', {
      roles: [role],
      statements: [
        new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.compaction.functionArn] }),
      ],
    });
    this.schedule('Weekly', configuration.compactionSchedule, compactionEvent, 'compaction', deadLetters);
    this.schedule('Deletions', deletionsSchedule, deletionsEvent, 'deletion of superseded files', deadLetters);
  }

  private schedule(id: string, expression: string, input: object, what: string, { undelivered }: DeadLetters): void {
    new NightlySchedule(this, id, {
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
  { stage, instances, compactionFileMb, compactionGraceHours, leaseSeconds }: Configuration,
  { bucket, checkpoints }: Storage,
): CompactionSettings => ({
  stage,
  bucket: bucket.bucketName,
  checkpointTable: checkpoints.tableName,
  instances: instances.map(({ name, source }) => ({ name, api: source.name })),
  fileMb: compactionFileMb,
  graceHours: compactionGraceHours,
  leaseSeconds,
});
