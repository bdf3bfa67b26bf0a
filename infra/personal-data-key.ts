import { RemovalPolicy } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledged.ts';

/**
 * The key that all instances hash personal data under: 64 hex digits, made once by Secrets Manager and seen by nobody.
 * It outlives the stack: under another key no person is found again.
 */
export function personalDataKey(scope: Construct, encryptedWith: Key): CfnSecret {
  const secret = new CfnSecret(scope, 'PersonalDataKey', {
    description: 'payments-lake: the key personal data is hashed under; lost or changed, nobody is found again',
    kmsKeyId: encryptedWith.keyArn,
    generateSecretString: {
      passwordLength: 64,
      excludeUppercase: true,
      excludePunctuation: true,
      // What is left are the hex digits, each as likely as the next.
      excludeCharacters: 'ghijklmnopqrstuvwxyz',
    },
  });
  secret.applyRemovalPolicy(RemovalPolicy.RETAIN);
  acknowledge(secret, {
    'AwsSolutions-SMG4': 'Under a new key the same person would have another hash: this key is never turned over.',
  });
  return secret;
}
