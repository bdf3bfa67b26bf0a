import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { Construct } from 'constructs';
import type { Configuration } from './configuration.ts';
import { resultsPrefix, type Storage } from './storage.ts';

export interface QueryWorkgroupProps {
  readonly configuration: Configuration;
  readonly storage: Storage;
}

/**
 * Where queries run: their results lie encrypted under one prefix, whatever the client asks for, and a query that
 * scans more than the configured megabytes is stopped.
 */
export class QueryWorkgroup extends Construct {
  /** Athena takes no generated name; the workgroup goes with the stack, so that the name is free again. */
  readonly workgroupName: string;

  constructor(scope: Construct, id: string, { configuration, storage }: QueryWorkgroupProps) {
    super(scope, id);
    const { stage, mostMbScannedPerQuery } = configuration;
    this.workgroupName = stage === 'prod' ? 'payments_lake' : `payments_lake_${stage}`;
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
