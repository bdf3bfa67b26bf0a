import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { TerminalError } from '../lambdas/errors.ts';
import { sources } from '../lambdas/sources/index.ts';
import type { Instance } from '../lambdas/warehouse/instance.ts';
import { sayAwsError } from './aws-error.ts';

export interface StackInstance extends Instance {
  readonly functionName: string;
}

/** A deployed stack, as its outputs tell it. */
export interface Stack {
  readonly name: string;
  readonly instances: readonly StackInstance[];
  readonly checkpointTable: string;
  readonly workgroup: string;
  readonly currentDatabase: string;
  /** null: deployed by a version that had no compaction. */
  readonly compactionFunction: string | null;
}

const needed = ['Instances', 'CheckpointTable', 'Workgroup', 'CurrentDatabase'] as const;

/**
 * Asks CloudFormation for the stack's outputs, with the SDK's own chain of credentials.
 *
 * @throws {TerminalError} for a stack that is not there or is not one of ours, and for wrong or missing credentials
 */
export async function readStack(name: string): Promise<Stack> {
  const client = new CloudFormationClient({});
  try {
    const region = await regionOf(client);
    const what = `the stack '${name}' in ${region}`;
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name })).catch((error: Error) => {
      throw error.name === 'ValidationError' ? notFound(what, error.message) : sayAwsError(what, error);
    });
    const [stack] = Stacks;
    if (!stack) throw notFound(what, 'CloudFormation names none');
    const outputs = new Map(stack.Outputs?.map(({ OutputKey, OutputValue = '' }) => [OutputKey, OutputValue]));
    const missing = needed.filter((key) => !outputs.get(key));
    if (missing.length > 0) {
      throw new TerminalError(
        `${what} has no output ${missing.join(', ')} (it is ${stack.StackStatus}): it is not payments-lake's, or its deploy did not end; run npx cdk deploy`,
      );
    }
    const value = (key: (typeof needed)[number]) => outputs.get(key) as string;
    return {
      name,
      instances: parseInstances(what, value('Instances')),
      checkpointTable: value('CheckpointTable'),
      workgroup: value('Workgroup'),
      currentDatabase: value('CurrentDatabase'),
      compactionFunction: outputs.get('CompactionFunction') ?? null,
    };
  } finally {
    client.destroy();
  }
}

async function regionOf(client: CloudFormationClient): Promise<string> {
  try {
    return await client.config.region();
  } catch (error) {
    const { message } = error as Error;
    // The SDK's words for a region that is set and can be none.
    if (/not accepted/.test(message))
      throw new TerminalError(`AWS_REGION must be a region, such as eu-west-1: ${message}`);
    throw new TerminalError('no AWS region is set: set AWS_REGION, or region in the profile, to where the stack is');
  }
}

const notFound = (what: string, told: string): TerminalError =>
  new TerminalError(`${what} was not found (${told}): check --stack, AWS_REGION and AWS_PROFILE`);

function parseInstances(what: string, text: string): StackInstance[] {
  try {
    const parsed = JSON.parse(text) as { instance: string; api: string; functionName: string }[];
    return parsed.map(({ instance: name, api, functionName }) => {
      const source = sources.find((each) => each.name === api);
      if (source) return { name, source, functionName };
      throw new TerminalError(
        `${what} has an instance of the API '${api}', which this version does not know: update it`,
      );
    });
  } catch (error) {
    if (error instanceof TerminalError) throw error;
    throw new TerminalError(`${what}: its output Instances is not payments-lake's: ${text.slice(0, 100)}`);
  }
}
