import { type CommetOptions, startCommet } from '../../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { type Doctor, doctored } from '../../support/doctored-answers.ts';
import { commetInstance } from '../../support/lake-builder.ts';
import { closeBenches, syncBench, today, withPagesOf } from '../../support/sync-bench.ts';

const instance = withPagesOf(10, commetInstance);
const opened: SampleApi[] = [];
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
  await closeBenches();
});

async function listOf(payments: number, doctor?: Doctor, options: Partial<CommetOptions> = {}) {
  const base = { payments, months: 3, now: () => today, ...options };
  const api = await (doctor
    ? doctored((more) => startCommet({ ...base, ...more }), 'cursor', doctor)
    : startCommet(base));
  opened.push(api);
  return { api, bench: await syncBench(api, instance) };
}

test.each([400, 404])('a cursor that is refused with %i is got anew by the page before', async (status) => {
  const refused = new Set<string>();
  const { bench } = await listOf(64, async ({ cursor, number }) => {
    if (cursor === null || number < 3 || refused.size > 0) return undefined;
    refused.add(cursor);
    return status;
  });
  expect(await bench.sync()).toMatchObject({ status: 'done', written: 64 });
  expect(refused.size).toBe(1);
  await bench.equalsApi();
});

test('cursors that all expired between two invocations send the reading to the start, and nothing is lost', async () => {
  let generation = 0;
  const { bench } = await listOf(64, async ({ cursor, other }) => {
    const [made, inner] = cursor === null ? [generation, null] : [Number(cursor[0]), cursor.slice(1)];
    if (made !== generation) return 400;
    const page = await other(inner);
    return page.nextCursor ? { ...page, nextCursor: `${generation}${page.nextCursor}` } : page;
  });
  for (let stops = 0; stops < 3; stops++) await bench.sync({ remainingMs: () => 0 });
  generation++;
  expect(await bench.sync()).toMatchObject({ status: 'done', written: 64 });
  expect(bench.logs.join('\n')).toContain('the list is read from its start again');
  await bench.equalsApi();
});

test('cursors refused from the second page on, again and again, end in a TerminalError; the checkpoint stays', async () => {
  const { bench } = await listOf(64, async ({ cursor }) => (cursor === null ? undefined : 404));
  const summary = await bench.sync();
  expect(summary).toMatchObject({ status: 'failed', error: { name: 'TerminalError' } });
  expect(summary.error?.message).toMatch(/^commet: the API refused its own cursors.*begun again 3 times/);
  expect(await bench.state()).toMatchObject({ phase: 'running', watermark: null });
});

test.each([true, false])(
  'an empty page at the end after a wrong hasMore (always: %p) is believed after a check',
  async (always) => {
    const { bench } = await listOf(60, async ({ cursor }, own) => {
      if (cursor === 'behind the end') return { success: true, data: [], hasMore: false } as never;
      const page = await own();
      if (page.hasMore || (!always && page.data.length < 10)) return undefined;
      return { ...page, hasMore: true, nextCursor: 'behind the end' };
    });
    expect(await bench.sync()).toMatchObject({ status: 'done', written: 60 });
    await bench.equalsApi();
  },
);

test('an empty page in the middle, by a glitch, is not believed', async () => {
  const { bench } = await listOf(64, async ({ number }) =>
    number === 3 ? ({ success: true, data: [], hasMore: false } as never) : undefined,
  );
  expect(await bench.sync()).toMatchObject({ status: 'done', written: 64 });
  await bench.equalsApi();
});

test('"more" with no data is asked again three times, then a TerminalError', async () => {
  const { bench } = await listOf(64, async ({ cursor }) =>
    cursor === null ? undefined : ({ success: true, data: [], hasMore: true, nextCursor: 'on and on' } as never),
  );
  const summary = await bench.sync();
  expect(summary).toMatchObject({ status: 'failed', requests: 5, error: { name: 'TerminalError' } });
  expect(summary.error?.message).toMatch(/^commet: .*gives nothing \(cursor ".*", request req_.*\)/);
});

test('a cursor equal to the one sent is a circle: a TerminalError', async () => {
  const { bench } = await listOf(64, async ({ cursor, number }, own) => {
    const page = await own();
    return number < 2 ? undefined : { ...page, nextCursor: cursor };
  });
  const summary = await bench.sync();
  expect(summary).toMatchObject({ status: 'failed', error: { name: 'TerminalError' } });
  expect(summary.error?.message).toMatch(/^commet: the cursors go in a circle \(cursor ".*", request req_.*\)/);
});

test('cursors in a longer circle are a TerminalError', async () => {
  const cursors: string[] = [];
  const { bench } = await listOf(200, async (_, own) => {
    const page = await own();
    cursors.push(String(page.nextCursor));
    return cursors.length >= 7 ? { ...page, nextCursor: cursors[2] ?? null } : undefined;
  });
  const summary = await bench.sync();
  expect(summary.error?.message).toMatch(/^commet: the cursors go in a circle/);
  expect(summary.requests).toBeLessThan(30);
});

test('an API that ignores the limit is taken as it is', async () => {
  const { bench } = await listOf(120, async ({ url, other }) => {
    if (url.searchParams.get('limit') !== '10') return undefined;
    const own = await other(url.searchParams.get('cursor'));
    const more = own.nextCursor ? await other(own.nextCursor) : null;
    if (!more) return own;
    return { ...more, data: [...own.data, ...more.data] };
  });
  expect(await bench.sync()).toMatchObject({ status: 'done', written: 120, pages: 6 });
  await bench.equalsApi();
});

test('a page of other form is a TerminalError with source, request id and cursor; the checkpoint stays', async () => {
  const { bench } = await listOf(64, async ({ number }) =>
    number === 2 ? ({ success: true, data: 'none' } as never) : undefined,
  );
  const summary = await bench.sync();
  expect(summary).toMatchObject({ status: 'failed', error: { name: 'TerminalError' } });
  expect(summary.error?.message).toMatch(/^commet: .*'data', got a text \(cursor ".*", request req_.*\)/);
  expect(await bench.sync()).toMatchObject({ status: 'done', written: 64 });
});
