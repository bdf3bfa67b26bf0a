import { join } from 'node:path';
import { parseArgs } from 'node:util';
import CliTable from 'cli-table3';
import { databasesOf } from '../lambdas/warehouse/databases.ts';
import { putIntoCloud } from '../test/athena/cloud-lake.ts';
import { compactLake } from '../test/athena/compacted-lake.ts';
import { startGlueAndS3, startTrino } from '../test/athena/start-trino.ts';
import { askTrino } from '../test/athena/trino-query.ts';
import { prepareTrino } from '../test/athena/trino-tools.ts';
import { quietSdk } from '../test/stack/emulator.ts';
import { runScript } from '../test/stack/run-script.ts';
import { step } from '../test/stack/step.ts';
import { type LakeSize, lakeSize, makeFreshLake, scanInstances } from './scan-lake.ts';
import { type ScanQuery, scanQueries } from './scan-queries.ts';

/**
 * Bytes that Trino, the engine under Athena, reads of a lake for the questions analysts ask: as the nightly syncs leave
 * it, and compacted. What Athena bills.
 */
runScript('scan', async (folder) => {
  const { values } = parseArgs({ options: { payments: { type: 'string', default: '1000000' } } });
  const payments = Number(values.payments);
  Object.assign(process.env, quietSdk);
  const dir = join(folder, 'lake');
  const sought = await step('the lake is made', () => makeFreshLake(dir, payments));
  const tools = await prepareTrino();
  const glue = await startGlueAndS3(tools, folder);
  const trino = await step('Trino answers', () => startTrino(tools, folder, glue, 'columns'));
  const measureAs = async (stage: string) => {
    const size = await lakeSize(dir);
    const instances = Object.fromEntries(scanInstances.map(({ name }) => [name, {}]));
    await step(`${stage} is uploaded`, () => putIntoCloud(tools, glue.port, { dir, stage, instances }));
    console.log(`${stage}: ${size.files} files, ${megabytes(size.bytes)} MB, ${payments} payments`);
    console.log(await measure(trino.port, stage, size, scanQueries(sought.paymentId, sought.customerId)));
  };
  await measureAs('fresh');
  await step('it is compacted', () => compactLake(dir, scanInstances, 'deleted'));
  await measureAs('compacted');
});

/** @returns a table as it is printed */
async function measure(port: number, stage: string, lake: LakeSize, queries: readonly ScanQuery[]): Promise<string> {
  const { current, history } = databasesOf(stage);
  const table = new CliTable({ head: ['query', 'MB read', '% of the lake', 'mark'], style: { head: [], border: [] } });
  for (const { name, sql, mark } of queries) {
    const answer = await askTrino({ port, database: current }, sql.replaceAll('history.', `${history}.`));
    if (answer.rows.length === 0) throw new Error(`${name}: no row; a query that finds nothing measures nothing`);
    const percent = (answer.scannedBytes / lake.bytes) * 100;
    const verdict = mark === null ? '' : `${percent <= mark ? 'reached' : 'MISSED'}: ${mark} %`;
    table.push([name, megabytes(answer.scannedBytes), percent.toFixed(3), verdict]);
  }
  return table.toString();
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(2);
