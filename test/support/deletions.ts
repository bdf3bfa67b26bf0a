import { runDeletion } from '../../lambdas/sync/run-deletion.ts';
import type { SyncSummary } from '../../lambdas/sync/summary.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { type HistoryRow, historyRows } from './history-rows.ts';
import { type BenchChanges, everything, type SyncBench } from './sync-bench.ts';

export const dayMs = 86_400_000;

/** A full reading on the next day, and the look for deleted payments after it. */
export async function nextDay(
  bench: SyncBench,
  changes: BenchChanges = {},
): Promise<{ sync: SyncSummary; marks: SyncSummary | null }> {
  bench.clock.at += dayMs;
  const sync = await bench.sync({ ...changes, scope: everything });
  expect(sync).toMatchObject({ status: 'done', fullReading: true });
  return { sync, marks: await runDeletion(bench.options(changes)) };
}

/** Takes payments out of the list, by number, 0 the oldest. @returns them as they were */
export const removed = (api: SampleApi, indices: readonly number[]): { id: string }[] => {
  const payments = indices.map((index) => api.record(index) as { id: string });
  for (const { id } of payments) api.remove(id);
  return payments;
};

/** Newest versions that are marked deleted, by id. */
export async function marked(bench: SyncBench): Promise<Map<string, HistoryRow>> {
  const newest = new Map<string, HistoryRow>();
  for (const row of await historyRows(bench)) {
    const before = newest.get(String(row.payment_id));
    if (!before || Number(row._version_at) >= Number(before._version_at)) newest.set(String(row.payment_id), row);
  }
  return new Map([...newest].filter(([, row]) => row._deleted_at !== null));
}
