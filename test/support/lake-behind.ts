import { runNightly } from '../../lambdas/sync/run-nightly.ts';
import { startCommet } from '../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { commetInstance } from './lake-builder.ts';
import { type SyncBench, syncBench, today, withPagesOf } from './sync-bench.ts';
import { virtualClock } from './virtual-clock.ts';

/** A lake that was in step with Commet a night ago; since then a payment came, and one was canceled, its children others. */
export async function lakeBehind(): Promise<{ readonly api: SampleApi; readonly behind: SyncBench }> {
  const clock = virtualClock(today);
  const api = await startCommet({ payments: 4, months: 12, now: clock.now });
  const behind = await syncBench(api, withPagesOf(2, commetInstance), clock);
  await runNightly(behind.options());
  await behind.equalsApi();
  clock.at += 86_400_000;
  const id = String(api.record(3)?.id);
  api.edit(id, { status: 'canceled', metadata: { reason: 'returned' }, updatedAt: new Date(clock.at).toISOString() });
  api.addPayments(1);
  return { api, behind };
}
