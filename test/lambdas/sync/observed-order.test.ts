import { type CommetOptions, startCommet } from '../../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { type Doctor, doctored } from '../../support/doctored-answers.ts';
import { commetInstance } from '../../support/lake-builder.ts';
import { closeBenches, syncBench, today, withPagesOf } from '../../support/sync-bench.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const day = 86_400_000;
const opened: SampleApi[] = [];
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
  await closeBenches();
});

/** Fifteen pages over two years, read for the first time. */
async function firstRead(options: Partial<CommetOptions> = {}, doctor?: Doctor, pageSize = 4) {
  const clock = virtualClock(today);
  const base = { payments: 60, months: 24, now: clock.now, ...options };
  const api = await (doctor
    ? doctored((more) => startCommet({ ...base, ...more }), 'cursor', doctor)
    : startCommet(base));
  opened.push(api);
  const bench = await syncBench(api, withPagesOf(pageSize, commetInstance), clock);
  expect(await bench.sync()).toMatchObject({ status: 'done', written: 60, fullReading: true });
  clock.at += day;
  return { api, bench, clock };
}

test('a list seen newest first is read down to the boundary; after a week it is read whole', async () => {
  const { api, bench, clock } = await firstRead();
  expect(await bench.about()).toMatchObject({ observedOrder: 'newest first', outOfOrder: false });
  api.edit(api.record(3)?.id as string, { description: 'changed long after it was created' });
  const early = await bench.sync();
  expect(early).toMatchObject({ status: 'done', written: 0, fullReading: false });
  expect(early.pages).toBeLessThan(6);
  clock.at += 5 * day;
  expect(await bench.sync()).toMatchObject({ written: 0, fullReading: false });
  clock.at += day;
  expect(await bench.sync()).toMatchObject({ written: 1, pages: 15, fullReading: true, outOfOrder: false });
  await bench.equalsApi();
});

test.each(['oldest first', 'shuffled'] as const)(
  'a list seen %s is read to its end by every nightly',
  async (order) => {
    const { api, bench } = await firstRead({ order });
    expect(await bench.about()).toMatchObject({ observedOrder: 'other', outOfOrder: false });
    api.edit(api.record(3)?.id as string, { description: 'changed long after it was created' });
    expect(await bench.sync()).toMatchObject({ written: 1, pages: 15, fullReading: true, outOfOrder: false });
    await bench.equalsApi();
  },
);

test('an order seen in two invocations counts as in one', async () => {
  const clock = virtualClock(today);
  const api = await startCommet({ payments: 60, months: 24, now: clock.now, order: 'oldest first' });
  opened.push(api);
  const bench = await syncBench(api, withPagesOf(4, commetInstance), clock);
  await bench.sync({ remainingMs: () => 0 });
  expect(await bench.sync()).toMatchObject({ status: 'done', fullReading: true });
  expect(await bench.about()).toMatchObject({ observedOrder: 'other' });
});

test('a list of one page tells no order', async () => {
  const { bench } = await firstRead({}, undefined, 100);
  expect((await bench.about()).observedOrder).toBeUndefined();
  expect(await bench.sync()).toMatchObject({ pages: 1, fullReading: true });
});

describe('a list seen newest first that is not any more', () => {
  /** @param disorder what becomes of the pages, once it is switched on */
  const disordered = async (
    disorder: (index: number, own: Parameters<Doctor>[1], asked: Parameters<Doctor>[0]) => ReturnType<Doctor>,
  ) => {
    let isOn = false;
    const cursors: (string | null)[] = [];
    const doctor: Doctor = async (asked, own) => {
      if (!cursors.includes(asked.cursor)) cursors.push(asked.cursor);
      return isOn ? disorder(cursors.indexOf(asked.cursor), own, asked) : undefined;
    };
    const found = await firstRead({}, doctor);
    isOn = true;
    return { ...found, cursors };
  };

  const fallsBack = async ({ api, bench, clock }: Awaited<ReturnType<typeof firstRead>>) => {
    const summary = await bench.sync();
    expect(summary).toMatchObject({ status: 'done', outOfOrder: true, fullReading: false });
    expect(summary.pages).toBeGreaterThanOrEqual(15);
    expect(bench.logs.join('\n')).toContain('the list was newest first so far and is not any more');
    expect(await bench.about()).toMatchObject({ observedOrder: 'other', outOfOrder: false });
    clock.at += day;
    api.edit(api.record(3)?.id as string, { description: 'changed long after it was created' });
    expect(await bench.sync()).toMatchObject({ status: 'done', written: 1, fullReading: true });
    await bench.equalsApi();
  };

  test('along a page: everything is read, that night and from then on, and it is said', async () => {
    const found = await disordered(async (index, own) => {
      if (index !== 1) return undefined;
      const page = await own();
      return { ...page, data: [...page.data].reverse() };
    });
    await fallsBack(found);
  });

  test('from a page to the next: the same, after the page was asked for again', async () => {
    const found = await disordered(async (index, own, { other }) => {
      if (index !== 1 && index !== 2) return undefined;
      const page = await own();
      return { ...page, data: (await other(found.cursors[3 - index] ?? null)).data };
    });
    await fallsBack(found);
  });
});

test('a cursor refused in a list seen newest first is got anew by the page before', async () => {
  let isOn = false;
  const refused = new Set<string>();
  const { bench, clock } = await firstRead({}, async ({ cursor, number }) => {
    if (!isOn || cursor === null || number % 3 || refused.size > 0) return undefined;
    refused.add(cursor);
    return 404;
  });
  isOn = true;
  clock.at += 7 * day;
  expect(await bench.sync()).toMatchObject({ status: 'done', written: 0, fullReading: true, outOfOrder: false });
  expect(refused.size).toBe(1);
  expect(bench.logs.join('\n')).not.toContain('the list is read from its start again');
});
