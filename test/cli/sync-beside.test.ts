import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { runCommand } from '../../cli/main.ts';
import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { collectedIo } from '../support/collected-io.ts';
import { emptyFolder } from '../support/lake-builder.ts';
import { endSyncs, startSync } from '../support/sync-process.ts';

const dir = emptyFolder();
let api: SampleApi;
/** Answers wait for it. */
let release: () => void;
beforeAll(async () => {
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const intercept = () => released.then(() => false);
  api = await startCheckoutPage({ payments: 30, months: 1, until: new Date(Date.now() - 3_600_000), intercept });
});
afterAll(async () => {
  endSyncs();
  await api.close();
  rmSync(dirname(dir), { recursive: true, force: true });
});

async function run(...args: string[]) {
  const { io, out, err } = collectedIo({ CHECKOUT_PAGE_API_KEY: api.key });
  return { code: await runCommand([...args, '--lake', dir], io), out: out(), err: err() };
}

test('beside a sync a second one is refused with its pid, and status and query answer', async () => {
  let begun: () => void = () => {};
  const isAtWork = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const { child, ended } = startSync({ dir, api, onLine: (line) => line.includes('sync begins') && begun() });
  await isAtWork;
  const second = await run('sync', 'checkout_page', '--base-url', api.baseUrl);
  expect(second.code).toBe(1);
  expect(second.err).toContain(`process ${child.pid} (payments-lake sync) has the lake ${dir}: one sync per lake`);
  expect(await run('status')).toMatchObject({ code: 0, err: '' });
  expect(await run('query', 'SELECT count(*) FROM payments')).toMatchObject({ code: 0 });
  release();
  expect(await ended).toMatchObject({ code: 0, syncs: [{ status: 'done', written: 30 }] });
  const { code, out } = await run('query', 'SELECT count(*) FROM payments_all');
  expect({ code, counted: out.includes('30') }).toEqual({ code: 0, counted: true });
});
