import { AthenaClient } from '@aws-sdk/client-athena';
import { athenaQuery } from '../../lambdas/athena/athena-query.ts';
import { realTiming } from '../../lambdas/extract/timing.ts';
import { tableName } from '../../lambdas/warehouse/instance.ts';
import { tablePrefix } from '../../lambdas/warehouse/keys.ts';
import type { InstanceName } from './configuration.ts';
import { bucket, connection, deployed, description } from './stack.ts';

/**
 * Puts a table over the files in the place of an instance's current view of payments: the emulator's Athena finds the
 * files of a table by its location, and a view has none. The two are the same while each payment has one version.
 */
export async function standInForView(name: InstanceName): Promise<void> {
  const { CurrentDatabase = '', Workgroup = '' } = description.outputs;
  const { instanceOf } = deployed(name);
  const table = tableName(instanceOf, instanceOf.source.payments);
  const { run, close } = athenaQuery({
    client: new AthenaClient(connection),
    workgroup: Workgroup,
    database: CurrentDatabase,
    sleep: realTiming.sleep,
  });
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
