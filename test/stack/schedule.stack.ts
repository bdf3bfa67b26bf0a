import { startCommet } from '../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { instances } from './configuration.ts';
import { description, expectWarehouseEquals, putKey, untilDone } from './stack.ts';

const name = instances.scheduled;

let api: SampleApi;
beforeAll(async () => {
  api = await startCommet({ payments: 250, port: description.ports[name] });
  await putKey(name, api.key);
});
afterAll(() => api.close());

test('the schedule fires the nightly, which reads everything and sets the watermark', async () => {
  const state = await untilDone(name, 'sync#incremental', 150);
  expect(state).toMatchObject({ mode: 'incremental', boundary: null, counts: { records: 250, written: 250 } });
  expect(state.watermark?.at).toBe(state.start);
  await expectWarehouseEquals(name, api);
});
