import { TerminalError } from '../lambdas/errors.ts';
import { sources } from '../lambdas/sources/index.ts';
import { instanceStatus } from '../lambdas/sync/status.ts';
import { lastReconciliation } from '../lambdas/upkeep/last-reconciliation.ts';
import { lakeInstances, readCheckpoints } from '../local/lake.ts';
import { readLakeFile } from '../local/lake-json.ts';
import { openLakeQuery } from '../local/lake-query.ts';
import type { CommandIo, ExitCode } from './command-io.ts';
import { type Shown, shownOf, shownPayments, writeStatus } from './status-report.ts';
import type { StatusRequest } from './sync-request.ts';

export async function runStatusCommand(request: StatusRequest, io: CommandIo): Promise<ExitCode> {
  if ((await readLakeFile(request.lake)) === null) {
    throw new TerminalError(`no lake at ${request.lake}: run payments-lake sync first`);
  }
  const instances = await lakeInstances(request.lake, sources);
  const items = (await readCheckpoints(request.lake, (table) => table.readAll(), io.env)) ?? [];
  const shown = await countPayments(request.lake, instances);
  const states = instances.map(({ name, source }) => ({
    ...instanceStatus(name, source, items),
    ...shownOf(shown, name),
    lastReconciliation: lastReconciliation(name, items),
  }));
  writeStatus(states, request.json, io);
  return 0;
}

async function countPayments(
  dir: string,
  instances: Awaited<ReturnType<typeof lakeInstances>>,
): Promise<Map<string, Shown>> {
  const lake = await openLakeQuery(dir, instances);
  return shownPayments(lake).finally(() => lake.close());
}
