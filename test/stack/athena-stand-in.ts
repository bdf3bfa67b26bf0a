import { AthenaClient } from '@aws-sdk/client-athena';
import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { athenaQuery } from '../../lambdas/athena/athena-query.ts';
import { realTiming } from '../../lambdas/extract/timing.ts';
import { tableName } from '../../lambdas/warehouse/instance.ts';
import { tablePrefix } from '../../lambdas/warehouse/keys.ts';
import type { InstanceName } from './configuration.ts';
import { bucket, clients, connection, deployed, description } from './stack.ts';

/**
 * What the emulator's Athena lacks for a function to count in it, put in its place; what is weighed and run is the
 * deployed function's own role, workgroup and SQL.
 *
 * @returns takes it away again
 */
export async function standInForAthena(name: InstanceName): Promise<() => Promise<void>> {
  await standInForView(name);
  const { functionName: FunctionName } = deployed(name);
  const { Role = '' } = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  // Counting leaves 20 s for its last words, all that the functions of this stage have.
  await clients.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 90 }));
  const policy = { RoleName: Role.slice(Role.lastIndexOf('/') + 1), PolicyName: 'WhatTheEmulatorAsks' };
  await askIam({ Action: 'PutRolePolicy', ...policy, PolicyDocument: JSON.stringify(byId) });
  return () => askIam({ Action: 'DeleteRolePolicy', ...policy });
}

/**
 * A request that names a query by its id is about its workgroup to AWS, and about `*` to the emulator, which no right
 * to a workgroup covers. To start a query is the role's own right, here too.
 */
const byId = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['athena:GetQueryExecution', 'athena:GetQueryResults', 'athena:StopQueryExecution'],
      Resource: '*',
    },
  ],
};

/**
 * A table over the files instead of the current view of payments: the emulator's Athena finds the files of a table by
 * its location, and a view has none. The two are the same while each payment has one version.
 */
async function standInForView(name: InstanceName): Promise<void> {
  const { CurrentDatabase = '', Workgroup = '' } = description.outputs;
  const { instanceOf } = deployed(name);
  const table = tableName(instanceOf, instanceOf.source.payments);
  const client = new AthenaClient(connection);
  const options = { client, workgroup: Workgroup, database: CurrentDatabase, sleep: realTiming.sleep };
  const { run, close } = athenaQuery(options);
  try {
    await run(`DROP TABLE ${CurrentDatabase}.${table}`);
    await run(
      `CREATE EXTERNAL TABLE ${CurrentDatabase}.${table} (payment_id string) PARTITIONED BY (month string)
      STORED AS PARQUET LOCATION 's3://${bucket}/${tablePrefix(table)}'`,
    );
  } finally {
    close();
  }
}

/** Without a client of its own: the emulator reads who asks from the header, and verifies no signature. */
async function askIam(parameters: Readonly<Record<string, string>>): Promise<void> {
  const scope = `${connection.credentials.accessKeyId}/20260101/${connection.region}/iam/aws4_request`;
  const answer = await fetch(connection.endpoint, {
    method: 'POST',
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` },
    body: new URLSearchParams({ Version: '2010-05-08', ...parameters }),
  });
  if (!answer.ok) throw new Error(`${parameters.Action}: ${answer.status} ${(await answer.text()).slice(0, 500)}`);
}
