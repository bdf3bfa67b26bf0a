import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledged.ts';

/** Where Athena leaves its results. Tables lie under `warehouse/`, the ids a reading saw under `state/`. */
export const resultsPrefix = 'results/';

export interface StorageProps {
  /** Days after which a result of Athena is deleted; 1 to 365, by default 7. */
  readonly resultsExpiryDays: number;
  /** Days for which a deleted or replaced object can be brought back; 1 to 3650, by default 30. */
  readonly oldVersionDays: number;
}

/**
 * What must outlive the stack: the files, the checkpoints, and the key both are encrypted with. All three are retained
 * and have generated names, so that a deploy after a destroy makes new ones beside them.
 */
export class Storage extends Construct {
  readonly key: Key;
  readonly bucket: Bucket;
  /** Partition key `instance`, sort key `item`. */
  readonly checkpoints: Table;

  constructor(scope: Construct, id: string, { resultsExpiryDays, oldVersionDays }: StorageProps) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: 'payments-lake: files, checkpoints, API keys and alarms',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      versioned: true,
      lifecycleRules: [
        {
          id: 'old-versions',
          noncurrentVersionExpiration: Duration.days(oldVersionDays),
          expiredObjectDeleteMarker: true,
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
        { id: 'results', prefix: resultsPrefix, expiration: Duration.days(resultsExpiryDays) },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // The bucket stays behind, and so does the rule that nobody talks to it without TLS.
    this.bucket.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN);
    acknowledge(this.bucket, {
      'AwsSolutions-S1':
        'Access logs would need a second bucket of the same data protection; who read which object is told by CloudTrail data events, which an account turns on for all its buckets.',
    });
    this.checkpoints = new Table(this, 'Checkpoints', {
      partitionKey: { name: 'instance', type: AttributeType.STRING },
      sortKey: { name: 'item', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
