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
  atOnce: 4,
  leaseSeconds: 60,
};

/** The function, and Lambda's queue of the events it sends itself. */
function functionOf(bench: CompactBench, changes: Parameters<CompactBench['options']>[0] = {}, atOnce = 4) {
  const queue: CompactEvent[] = [];
  const metrics = new Map<string, number>();
  const world: CompactWorld = {
    settings: { ...settings, atOnce },
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

const events = ['2026-03', '2026-04'].map((month) => ({ table: 'commet_payments', month }));

test('the weekly event shares the months that have work out to as many invocations as are wanted', async () => {
  const bench = await lakeOfTwoMonths();
  const { queue, invoke } = functionOf(bench);
  expect(await invoke({})).toEqual({ invoked: events, staleSeenIds: 0 });
  expect(queue).toEqual(events.map((event) => ({ months: [event] })));
  expect(await invoke({ table: 'loads' })).toEqual({ invoked: [], staleSeenIds: 0 });
  const alone = functionOf(bench, {}, 1);
  await alone.invoke({});
  expect(alone.queue).toEqual([{ months: events }]);
});

test('no event has more than a thousand months: what is queued may have 256 KB', async () => {
  const bench = await lakeOfTwoMonths();
  const months = Array.from(
    { length: 2400 },
    (_, index) => `${1000 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`,
  );
  const files = months.flatMap((month) => [1, 2, 3].map((file) => `month=${month}/${file}.parquet`));
  const list = async (prefix: string) => files.map((file) => ({ key: `${prefix}${file}`, size: 1 }));
  const { queue, invoke } = functionOf(bench, { store: { ...bench.store, list } }, 2);
  await invoke({ table: 'commet_payments' });
  expect(queue.map((event) => event.months?.length)).toEqual([800, 800, 800]);
  expect(new Set(queue.flatMap((event) => event.months?.map(({ month }) => month))).size).toBe(2400);
});

describe('an invocation that does several months', () => {
  test('does one after the other', async () => {
    const bench = await lakeOfTwoMonths();
    const { queue, metrics, invoke } = functionOf(bench);
    expect(await invoke({ months: events })).toEqual({ left: 0 });
    expect([queue, metrics.get('FilesFolded')]).toEqual([[], 6]);
  });

  test('leaves the rest to the next when it has no time for another round', async () => {
    const bench = await lakeOfTwoMonths();
    let isFolded = false;
    const log = (_: string, message: string) => {
      isFolded ||= message.endsWith('compaction done');
    };
    const { queue, invoke } = functionOf(bench, { remainingMs: () => (isFolded ? 100_000 : 900_000), log });
    expect(await invoke({ months: events })).toEqual({ left: 1 });
    expect(queue).toEqual([{ months: events.slice(1) }]);
  });

  test('with too little time left begins not even a deletion', async () => {
    const bench = await lakeOfTwoMonths();
    const { queue, invoke } = functionOf(bench, { remainingMs: () => 100_000 });
    const months = events.map((event) => ({ ...event, only: 'deletions' as const }));
    expect(await invoke({ months })).toEqual({ left: 2 });
    expect(queue).toEqual([{ months: months.toReversed() }]);
  });

  const refusing = (bench: CompactBench, error: Error) => ({
    ...bench.store,
    list: (prefix: string) => (prefix.includes('2026-03') ? Promise.reject(error) : bench.store.list(prefix)),
  });

  test('does the others too when one fails, and then fails itself, for the retry', async () => {
    const bench = await lakeOfTwoMonths();
    const { metrics, invoke } = functionOf(bench, { store: refusing(bench, new TransientError('no answer')) });
    await expect(invoke({ months: events })).rejects.toThrow('no answer');
    expect(metrics).toEqual(
      new Map([
        ['FilesFolded', 3],
        ['FilesDeleted', 0],
      ]),
    );
    const { invoke: again, metrics: mended } = functionOf(bench);
    expect(await again({ months: events })).toEqual({ left: 0 });
    expect(mended.get('FilesFolded')).toBe(3);
  });

  test('counts a month that no retry mends, and does the others', async () => {
    const bench = await lakeOfTwoMonths();
    const { metrics, invoke } = functionOf(bench, { store: refusing(bench, new TerminalError('access denied')) });
    expect(await invoke({ months: events })).toEqual({ left: 0 });
    expect(metrics).toEqual(
      new Map([
        ['CompactionFailed', 1],
        ['FilesFolded', 3],
        ['FilesDeleted', 0],
      ]),
    );
  });
});

test('a dry run tells the months that have work, and invokes nothing', async () => {
  const bench = await lakeOfTwoMonths();
  const { queue, invoke } = functionOf(bench);
  expect(await invoke({ dryRun: true })).toEqual({ months: events });
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
  for (const event of events) {
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
    { months: events, only: 'deletions' },
  ]) {
    expect(await invoke(event)).toMatchObject({ error: expect.stringMatching(/^(the event is not one|a table to)/) });
  }
  expect(metrics).toEqual(new Map([['CompactionFailed', 7]]));
  const store = { ...bench.store, list: () => Promise.reject(new TransientError('no')) };
  await expect(functionOf(bench, { store }).invoke({})).rejects.toThrow(TransientError);
});
