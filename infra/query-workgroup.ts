import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { Construct } from 'constructs';
import type { Configuration } from './configuration.ts';
import { resultsPrefix, type Storage } from './storage.ts';

/** Athena takes no generated name, so that who is made before the workgroup knows it too. */
export const workgroupName = (stage: string): string => (stage === 'prod' ? 'payments_lake' : `payments_lake_${stage}`);

export interface QueryWorkgroupProps {
  /** Its stage names the workgroup; `mostMbScannedPerQuery` is the cut-off of each query, MB of a million bytes. */
  readonly configuration: Configuration;
  /** Results lie in its bucket below `results/`, encrypted with its key, for `resultsExpiryDays`. */
  readonly storage: Storage;
}

/**
 * Where queries run: their results lie encrypted under one prefix, whatever the client asks for, and a query that
 * scans more than the configured megabytes is stopped.
 */
export class QueryWorkgroup extends Construct {
  /** The workgroup goes with the stack, so that the name is free again. */
  readonly workgroupName: string;

  constructor(scope: Construct, id: string, { configuration, storage }: QueryWorkgroupProps) {
    super(scope, id);
    const { stage, mostMbScannedPerQuery } = configuration;
    this.workgroupName = workgroupName(stage);
    new CfnWorkGroup(this, 'Workgroup', {
      name: this.workgroupName,
      description: 'payments-lake: queries over the payments',
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: mostMbScannedPerQuery * 1_000_000,
        requesterPaysEnabled: false,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: storage.bucket.s3UrlForObject(resultsPrefix),
          encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: storage.key.keyArn },
        },
      },
    });
  }
}
