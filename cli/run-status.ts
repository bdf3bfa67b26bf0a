import CliTable from 'cli-table3';
import { TerminalError } from '../lambdas/errors.ts';
import { sources } from '../lambdas/sources/index.ts';
import { type InstanceStatus, instanceStatus } from '../lambdas/sync/status.ts';
import { lakeInstances, readCheckpoints, readLakeFile } from '../local/lake.ts';
import { openLakeQuery } from '../local/lake-query.ts';
import type { CommandIo, ExitCode } from './command-io.ts';
import type { StatusRequest } from './sync-request.ts';

/** What the warehouse shows of one instance. */
interface Shown {
  readonly payments: number;
  readonly newestPayment: string | null;
}

export async function runStatusCommand(request: StatusRequest, io: CommandIo): Promise<ExitCode> {
  if ((await readLakeFile(request.lake)) === null) {
    throw new TerminalError(`no lake at ${request.lake}: run payments-lake sync first`);
  }
  const instances = await lakeInstances(request.lake, sources);
  const items = (await readCheckpoints(request.lake, (table) => table.readAll(), io.env)) ?? [];
  const shown = await countPayments(request.lake, instances);
  const states = instances.map(({ name, source }) => ({
    ...instanceStatus(name, source, items),
    payments: shown.get(name)?.payments ?? 0,
    newestPayment: shown.get(name)?.newestPayment ?? null,
  }));
  io.stdout.write(request.json ? `${JSON.stringify({ sources: states })}\n` : `${asTable(states)}\n`);
  return 0;
}

async function countPayments(
  dir: string,
  instances: Awaited<ReturnType<typeof lakeInstances>>,
): Promise<Map<string, Shown>> {
  const lake = await openLakeQuery(dir, instances);
  try {
    const { rows } = await lake.run(
      'SELECT instance, count(*), max(created_at) FROM payments WHERE _deleted_at IS NULL GROUP BY instance',
    );
    return new Map(
      rows.map(([instance, payments, newest]) => [
        String(instance),
        { payments: Number(payments), newestPayment: newest === null ? null : `${String(newest).replace(' ', 'T')}Z` },
      ]),
    );
  } finally {
    lake.close();
  }
}

function asTable(states: readonly (InstanceStatus & Shown)[]): string {
  const table = new CliTable({
    head: ['source', 'last sync', 'payments', 'newest payment', 'watermark', 'unfinished'],
    style: { head: [], border: [] },
  });
  for (const { source, lastSync, payments, newestPayment, watermark, unfinished } of states) {
    table.push([
      source,
      lastSync ? `${lastSync.mode} ${lastSync.status}, ${lastSync.finishedAt ?? lastSync.startedAt}` : 'none',
      payments.toLocaleString('en'),
      newestPayment ?? 'none',
      watermark ?? 'none: the next sync reads everything',
      unfinished
        .map(({ sync, records, loads }) => `${sync}: ${records.toLocaleString('en')} read, ${loads} loads`)
        .join('\n') || 'nothing',
    ]);
  }
  return table.toString();
}
