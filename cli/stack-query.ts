import { AthenaClient } from '@aws-sdk/client-athena';
import { athenaQuery } from '../lambdas/athena/athena-query.ts';
import type { SqlQuery } from '../lambdas/athena/sql-query.ts';
import { realTiming } from '../lambdas/extract/timing.ts';
import { allViews } from '../lambdas/warehouse/all-views.ts';
import { databasesBeside } from '../lambdas/warehouse/databases.ts';
import { readStack, type Stack } from './stack.ts';

/** SQL in Athena, through the stack's own workgroup. */
export const stackQuery = async (name: string): Promise<SqlQuery> => queryOf(await readStack(name));

export const queryOf = ({ workgroup, currentDatabase, instances }: Stack): SqlQuery =>
  athenaQuery({
    client: new AthenaClient({}),
    workgroup,
    database: currentDatabase,
    names: [
      ...allViews(instances, 'trino').map(({ name }) => name),
      currentDatabase,
      databasesBeside(currentDatabase).history,
    ],
    sleep: realTiming.sleep,
  });
