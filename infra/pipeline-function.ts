import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ApplicationLogLevel, Architecture, LoggingFormat, Runtime, SystemLogLevel } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { NodejsFunction, type NodejsFunctionProps, OutputFormat, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { CompactionSettings } from '../lambdas/warehouse/compaction-settings.ts';
import { type FunctionSettings, settingsVariable } from '../lambdas/warehouse/function-settings.ts';
import { bundling } from './bundling.ts';
import type { Configuration } from './configuration.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { FunctionRole } from './function-role.ts';

/** The newest that aws-cdk-lib knows: a test says so when it learns of a newer one. */
export const runtime = Runtime.NODEJS_24_X;

export interface PipelineFunctionProps extends Pick<NodejsFunctionProps, 'memorySize' | 'timeout' | 'recursiveLoop'> {
  /** What it does, at most 256 characters. */
  readonly description: string;
  /** From the repository's root. */
  readonly entry: string;
  /** Gets the rights to write the function's log and to invoke the function, beside its own. */
  readonly role: FunctionRole;
  /** What the function is told. */
  readonly settings: FunctionSettings | CompactionSettings;
  /** How long its log is kept. */
  readonly configuration: Pick<Configuration, 'retentionDays'>;
  /** `failed` takes the events that three tries came to nothing with. */
  readonly deadLetters: DeadLetters;
}

/** A function that is invoked by events and hands over to itself, and its log. Both are made in `scope`. */
export function pipelineFunction(scope: Construct, id: string, props: PipelineFunctionProps): NodejsFunction {
  const { role, settings, configuration, deadLetters, ...own } = props;
  const logGroup = new LogGroup(scope, 'Log', {
    retention: configuration.retentionDays as RetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  role.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
  const made = new NodejsFunction(scope, id, {
    ...own,
    role,
    runtime,
    architecture: Architecture.ARM_64,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    applicationLogLevelV2: ApplicationLogLevel.INFO,
    systemLogLevelV2: SystemLogLevel.INFO,
    environment: {
      [settingsVariable]: Stack.of(scope).toJsonString(settings),
      NODE_OPTIONS: '--enable-source-maps',
    },
    // What is thrown is worth trying again; after 1 and 2 minutes, so the lease of a killed function has run out by the
    // last try. What is not worth it is recorded and returned.
    retryAttempts: 2,
    // Of an event that waits for room to run: later than this the next night is near.
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
  // Not made.grantInvoke(role): the role would name the function, which waits for the role.
  new Policy(scope, 'InvokeItself', {
    roles: [role],
    statements: [new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [made.functionArn] })],
  });
  return made;
}
