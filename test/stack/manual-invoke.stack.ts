import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { instances, sharedRequestsPerMinute } from './configuration.ts';
import { checkpoints, deployed, description, invoke, putKey, store } from './stack.ts';

const name = instances.untouched;

let api: SampleApi;
beforeAll(async () => {
  api = await startCheckoutPage({ payments: 1_234, port: description.ports[name] });
});
afterAll(() => api.close());

/** Neither a sync nor an object: nothing was begun. A refusal is written down, so that `status` can tell it. */
async function expectUntouched(): Promise<void> {
  const items = (await checkpoints.readAll(name)).map(({ item }) => item);
  expect(items.filter((item) => !item.startsWith('failure#'))).toEqual([]);
  expect(await store.list(`warehouse/${name}_payments/`)).toEqual([]);
  expect(await store.list(`state/${name}/`)).toEqual([]);
}

test('a secret that is still empty is named in the answer, with the command that fills it', async () => {
  const { secretId } = deployed(name);
  const answer = await invoke(name, { mode: 'incremental' });
  expect(answer.error).toContain(`secret ${secretId} holds no API key`);
  expect(answer.error).toContain(`aws secretsmanager put-secret-value --secret-id ${secretId}`);
  expect(api.requests).toBe(0);
  await expectUntouched();
});

test.each([
  [{ mode: 'everything' }, 'mode must be "incremental" or "backfill", got "everything"'],
  [{ mode: 'backfill', form: '2024-01-01' }, "got 'form'"],
  [{ mode: 'backfill', from: '2025-01-01', to: '2024-01-01' }, 'from must be before to'],
  [{ mode: 'backfill', filter: { pageID: 'x' } }, 'pageId'],
  [['backfill'], 'it must be a JSON object, got an array'],
])('a wrong event, %j, is refused with the rule and an example', async (event, rule) => {
  const { error } = await invoke(name, event);
  expect(error).toContain(rule);
  expect(error).toContain('{"mode":"backfill","from":"2024-01-01","to":"2025-01-01"}');
  await expectUntouched();
});

test('a dry run tells total, pages, minutes and dollars after one page, and writes nothing', async () => {
  await putKey(name, api.key);
  const { dryRun, error } = await invoke(name, { mode: 'backfill', dryRun: true });
  expect(error).toBeUndefined();
  expect(dryRun).toMatchObject({ instance: name, total: 1_234, pages: 13 });
  expect(dryRun?.minutes).toBeCloseTo(13 / sharedRequestsPerMinute, 1);
  expect(dryRun?.dollars).toBeGreaterThan(0);
  expect(api.requests).toBe(1);
  await expectUntouched();
});
