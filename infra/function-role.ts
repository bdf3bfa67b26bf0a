import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { viaServices } from './key-use.ts';

export interface FunctionRoleProps {
  /** Whose role it is: the function's own description. */
  readonly description: string;
  /** What all our data is encrypted with. */
  readonly key: Key;
  /** Those that hold the data the function works on: what they ask the key for on its behalf, and nothing else. */
  readonly services: readonly ('s3' | 'dynamodb' | 'secretsmanager')[];
}

/** What a function of ours acts as. It may use the key through its services; all else is allowed one by one. */
export class FunctionRole extends Role {
  constructor(scope: Construct, id: string, { description, key, services }: FunctionRoleProps) {
    super(scope, id, { description, assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.allow(
      [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:Encrypt',
        'kms:GenerateDataKey',
        'kms:GenerateDataKeyWithoutPlaintext',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      [key.keyArn],
      viaServices(this, services),
    );
  }

  allow(actions: string[], resources: string[], conditions: Record<string, unknown> = {}): void {
    this.addToPolicy(new PolicyStatement({ actions, resources, conditions }));
  }
}
