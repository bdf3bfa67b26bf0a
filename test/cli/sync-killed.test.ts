import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { openLakeQuery } from '../../local/lake-query.ts';
import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { checkoutPageInstance, emptyFolder } from '../support/lake-builder.ts';
import { expectLakeEquals } from '../support/lake-records.ts';

jest.setTimeout(180_000);

const command = join(__dirname, '../../cli/payments-lake.js');
const dir = emptyFolder();
const running: ChildProcess[] = [];
let api: SampleApi;
beforeAll(async () => {
  api = await startCheckoutPage({ payments: 20_000, months: 12, until: new Date(Date.now() - 3_600_000) });
});
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await api.close();
  rmSync(dirname(dir), { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly syncs: readonly Record<string, unknown>[];
}

/** Runs the command; once it has committed so many loads, it gets the signal. */
async function sync(signal?: NodeJS.Signals, loads = 1): Promise<Ended> {
  const args = [command, 'sync', 'checkout_page', '--json', '--lake', dir, '--base-url', api.baseUrl];
  const env = { ...process.env, CHECKOUT_PAGE_API_KEY: api.key };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  let left = loads;
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (signal && line.includes('"load committed"') && --left === 0) child.kill(signal);
  });
  const [out, [code, ended]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return { code, signal: ended, syncs: out === '' ? [] : JSON.parse(out).syncs };
}

const count = async () => {
  const lake = await openLakeQuery(dir, [checkoutPageInstance]);
  const { rows } = await lake.run('SELECT count(*), count(DISTINCT payment_id) FROM checkout_page_payments');
  lake.close();
  return rows[0]?.map(Number);
};

test('a sync of 20,000 payments killed with -9 goes on at once where it stopped', async () => {
  expect(await sync('SIGKILL', 2)).toEqual({ code: null, signal: 'SIGKILL', syncs: [] });
  const [shown, distinct] = (await count()) ?? [];
  expect(shown).toBe(distinct);
  expect(shown).toBeGreaterThan(5_000);
  expect(shown).toBeLessThan(20_000);
});

test('Ctrl-C ends it with 130, its checkpoint on a load', async () => {
  const ended = await sync('SIGINT');
  expect(ended).toMatchObject({ code: 130, signal: null, syncs: [{ status: 'interrupted', resumed: true }] });
  const [shown, distinct] = (await count()) ?? [];
  expect(shown).toBe(distinct);
});

test('the next sync ends it: 20,000 payments, each once', async () => {
  const ended = await sync();
  expect(ended).toMatchObject({
    code: 0,
    syncs: [{ status: 'done', resumed: true, total: { api: 20_000, seen: 20_000 } }],
  });
  // What the killed process had read beyond its last load was read again, no more.
  expect(ended.syncs[0]?.pages).toBe(200);
  expect(await count()).toEqual([20_000, 20_000]);
  await expectLakeEquals(dir, checkoutPageInstance, api);
});

test('50 new and 30 changed inside the lookback: the next sync writes exactly 80, and the lake equals the API', async () => {
  const recent = { withinDays: 40 };
  api.changeStatuses(10, recent);
  api.changeStatuses(10, { ...recent, moveUpdatedAt: false });
  api.changeStatuses(10, { ...recent, updatedAt: new Date(Date.now() + 90 * 86_400_000) });
  api.addPayments(50);
  const { code, syncs } = await sync();
  expect({ code, syncs }).toMatchObject({ code: 0, syncs: [{ status: 'done', written: 80, fullReading: false }] });
  expect(syncs[0]?.pages).toBeLessThan(60);
  await expectLakeEquals(dir, checkoutPageInstance, api);
});
