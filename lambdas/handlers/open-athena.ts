import { AthenaClient } from '@aws-sdk/client-athena';
import { athenaQuery } from '../athena/athena-query.ts';
import type { SqlQuery } from '../athena/sql-query.ts';
import { realTiming } from '../extract/timing.ts';
import type { FunctionSettings } from '../warehouse/function-settings.ts';
import { requestHandler } from './request-handler.ts';

/** SQL in Athena, under the function's own role. */
export const openAthena = ({ workgroup, currentDatabase }: FunctionSettings): SqlQuery =>
  athenaQuery({
    client: new AthenaClient({ requestHandler }),
    workgroup,
    database: currentDatabase,
    sleep: realTiming.sleep,
  });
