import { sources } from '../lambdas/sources/index.ts';
import { instanceStatus } from '../lambdas/sync/status.ts';
import { lastReconciliation } from '../lambdas/upkeep/last-reconciliation.ts';
import { lakeInstances, readCheckpoints } from '../local/lake.ts';
import { openLakeQuery } from '../local/lake-query.ts';
import { asking } from './asking.ts';
import type { CommandIo, ExitCode } from './command-io.ts';
import { shownOf, shownPayments, writeStatus } from './status-report.ts';
import type { StatusRequest } from './sync-request.ts';

export async function runStatusCommand(request: StatusRequest, io: CommandIo): Promise<ExitCode> {
  const instances = await lakeInstances(request.lake, sources);
  const items = (await readCheckpoints(request.lake, (table) => table.readAll(), io.env)) ?? [];
  const shown = await asking(await openLakeQuery(request.lake, instances), io.interrupted, shownPayments);
  const states = instances.map(({ name, source }) => ({
    ...instanceStatus(name, source, items),
    ...shownOf(shown, name),
    lastReconciliation: lastReconciliation(name, items),
  }));
  writeStatus(states, request.json, io);
  return 0;
}
