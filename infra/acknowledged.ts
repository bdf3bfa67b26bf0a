import { type CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Findings of cdk-nag that stand as they are: id → why. They hold for the construct and what is below it. */
export function acknowledge(construct: IConstruct, findings: Readonly<Record<string, string>>): void {
  Validations.of(construct).acknowledge(...Object.entries(findings).map(([id, reason]) => ({ id, reason })));
}

/** cdk-nag's id of the finding that a policy names a resource with a `*` behind an ARN of this stack. */
export const wildcardBehind = (element: CfnElement, behind: string): string =>
  `AwsSolutions-IAM5[Resource::<${Stack.of(element).resolve(element.logicalId)}.Arn>${behind}]`;

/** cdk-nag's id of the finding that a policy names a resource with a `*`, where it holds no ARN of this stack. */
export const wildcard = (resource: string): string => `AwsSolutions-IAM5[Resource::${resource}]`;
