import { type Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../lambdas/errors.ts';

/** CloudFormation's own rule for a name; an ARN does as well. */
const stackName = /^([A-Za-z][A-Za-z0-9-]{0,127}|arn:aws[a-z-]*:cloudformation:[^\s]+)$/;

export const stackOption = (): Option =>
  new Option('--stack <name>', 'the stack in the cloud, instead of a lake in a folder').argParser((name: string) => {
    if (stackName.test(name)) return name;
    throw new InvalidArgumentError('It is the name of a CloudFormation stack: letters, digits and hyphens.');
  });

/** What makes no sense beside --stack, and why. */
const excluded: Readonly<Record<string, { readonly flag: string; readonly why: string }>> = {
  lake: { flag: '--lake', why: "a stack's files lie in its bucket" },
  api: { flag: '--api', why: 'the stack knows the API of each of its instances' },
  baseUrl: { flag: '--base-url', why: 'the deployment says it: baseUrl of the instance, in cdk.json' },
  sameAccount: { flag: '--same-account', why: 'it goes with --base-url, which the deployment says' },
  personalData: { flag: '--personal-data', why: 'the deployment says it: personalData in cdk.json' },
  rate: { flag: '--rate', why: 'in the cloud all syncs on one key share the documented limit' },
};

/** @throws {UsageError} when an option was given that a stack has no use for */
export function refuseBesideStack(command: Command): void {
  for (const [name, { flag, why }] of Object.entries(excluded)) {
    if (command.getOptionValueSource(name) !== 'cli') continue;
    throw new UsageError(`${flag} and --stack exclude each other: ${why}`);
  }
}
