import { TerminalError, TransientError } from '../../../lambdas/errors.ts';
import { answerCompactEvent, type CompactWorld } from '../../../lambdas/handlers/answer-compact-event.ts';
import type { CompactEvent } from '../../../lambdas/handlers/compact-event.ts';
import { type CompactBench, closeCompactBenches, compactBench, day } from '../../support/compact-bench.ts';
import { april, commetInstance, march } from '../../support/lake-builder.ts';
import { putNastyLoad } from '../../support/nasty-lake.ts';

afterEach(closeCompactBenches);

const settings = {
  stage: 'test',
  bucket: 'bucket',
  checkpointTable: 'checkpoints',
  instances: [{ name: 'commet', api: 'commet' }],
  fileMb: 1,
  graceHours: 24,
  leaseSeconds: 60,
};

/** The function, and Lambda's queue of the events it sends itself. */
function functionOf(bench: CompactBench, changes: Parameters<CompactBench['options']>[0] = {}) {
  const queue: CompactEvent[] = [];
  const metrics = new Map<string, number>();
  const world: CompactWorld = {
    settings,
    options: bench.options({ leasing: 'shared', ...changes }),
    invokeSelf: async (event) => void queue.push(event),
    metric: (name, value) => metrics.set(name, (metrics.get(name) ?? 0) + value),
  };
  return { queue, metrics, invoke: (event: unknown) => answerCompactEvent(event, world) };
}

async function lakeOfTwoMonths() {
  const bench = await compactBench([commetInstance]);
  for (const from of [march, april]) {
    for (let number = 1; number <= 3; number++) {
      await putNastyLoad(bench.store, commetInstance, [commetInstance.source.payments], { number, payments: 4, from });
    }
  }
  return bench;
}

test('the weekly event becomes one invocation for each month and table that has work', async () => {
  const bench = await lakeOfTwoMonths();
  const { queue, invoke } = functionOf(bench);
  const events = [
    { table: 'commet_payments', month: '2026-03' },
    { table: 'commet_payments', month: '2026-04' },
  ];
  expect(await invoke({})).toEqual({ invoked: events, staleSeenIds: 0 });
  expect(queue).toEqual(events);
  expect(await invoke({ table: 'loads' })).toEqual({ invoked: [], staleSeenIds: 0 });
});

test('a dry run tells the months that have work, and invokes nothing', async () => {
  const bench = await lakeOfTwoMonths();
  const { queue, invoke } = functionOf(bench);
  const months = ['2026-03', '2026-04'].map((month) => ({ table: 'commet_payments', month }));
  expect(await invoke({ dryRun: true })).toEqual({ months });
  expect(await invoke({ dryRun: true, table: 'loads' })).toEqual({ months: [] });
  expect(queue).toEqual([]);
});

describe('seen ids that no reading is reckoned from', () => {
  const stale = 'state/commet/019d0000-0000-7000-8000-000000000000/a.json';
  const lakeWithSeenIds = async () => {
    const bench = await lakeOfTwoMonths();
    await bench.store.putNew(stale, new TextEncoder().encode('{}'));
    return bench;
  };

  test('go with the event about all tables, not with that about one', async () => {
    const bench = await lakeWithSeenIds();
    const { invoke } = functionOf(bench);
    expect(await invoke({ only: 'deletions', table: 'commet_payments' })).toMatchObject({ staleSeenIds: 0 });
    expect(await bench.store.list('state/')).toHaveLength(1);
    expect(await invoke({ only: 'deletions' })).toMatchObject({ staleSeenIds: 1 });
    expect(await bench.store.list('state/')).toEqual([]);
  });

  test('that cannot be deleted do not keep the months from their turn; one that no retry mends is counted', async () => {
    const bench = await lakeWithSeenIds();
    const store = { ...bench.store, delete: () => Promise.reject(new TerminalError('access denied')) };
    const { queue, metrics, invoke } = functionOf(bench, { store });
    expect(await invoke({})).toMatchObject({ staleSeenIds: 0 });
    expect(queue).toHaveLength(2);
    expect(metrics).toEqual(new Map([['CompactionFailed', 1]]));
  });
});

test('each of them compacts its month; the daily event deletes a day later, and before that finds nothing', async () => {
  const bench = await lakeOfTwoMonths();
  const { queue, metrics, invoke } = functionOf(bench);
  await invoke({});
  for (const event of queue.splice(0)) {
    expect(await invoke(event)).toMatchObject({ compaction: { filesBefore: 3, filesAfter: 1 }, goesOn: false });
  }
  expect(await invoke({ only: 'deletions' })).toEqual({ invoked: [], staleSeenIds: 0 });
  bench.clock.at += day;
  await invoke({ only: 'deletions' });
  for (const event of queue.splice(0)) await invoke(event);
  expect((await bench.files()).length).toBe(2);
  expect(metrics).toEqual(
    new Map([
      ['FilesFolded', 6],
      ['FilesDeleted', 6],
    ]),
  );
});

test('with too little time left for a round it begins none, and invokes itself again', async () => {
  const bench = await lakeOfTwoMonths();
  const { queue, invoke } = functionOf(bench, { remainingMs: () => 100_000 });
  const event = { table: 'commet_payments', month: '2026-03' };
  expect(await invoke(event)).toMatchObject({ compaction: { status: 'stopped', filesBefore: 0 }, goesOn: true });
  expect(queue).toEqual([event]);
  expect((await bench.files()).length).toBe(6);
});

test('what no retry mends is answered and counted, the rest is thrown', async () => {
  const bench = await lakeOfTwoMonths();
  const { metrics, invoke } = functionOf(bench);
  for (const event of [
    { month: '2026-03' },
    { table: 'nothing' },
    { table: 'loads', month: 'March' },
    'all',
    { a: 1 },
    { table: 'loads', month: '2026-03', dryRun: true },
  ]) {
    expect(await invoke(event)).toMatchObject({ error: expect.stringMatching(/^(the event is not one|a table to)/) });
  }
  expect(metrics).toEqual(new Map([['CompactionFailed', 6]]));
  const store = { ...bench.store, list: () => Promise.reject(new TransientError('no')) };
  await expect(functionOf(bench, { store }).invoke({})).rejects.toThrow(TransientError);
});
