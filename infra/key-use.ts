import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** A condition for the use of a key: only by these services, on the caller's behalf. */
export const viaServices = (scope: Construct, services: readonly string[]) => {
  const { region, urlSuffix } = Stack.of(scope);
  return { StringEquals: { 'kms:ViaService': services.map((service) => `${service}.${region}.${urlSuffix}`) } };
};
