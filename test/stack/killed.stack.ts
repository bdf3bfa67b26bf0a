import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { instances } from './configuration.ts';
import { childWithConnection, isThere } from './function-process.ts';
import { description, expectWarehouseEquals, invokeAsync, putKey, syncState, untilDone } from './stack.ts';
import { until } from './step.ts';

const name = instances.killed;
const item = 'sync#backfill';
const payments = 3_000;

let api: SampleApi;
/** Where in the list each request asked to go on: null is its start. */
const cursors: (string | null)[] = [];
/** From which the last request came. */
let port = 0;

beforeAll(async () => {
  api = await startCheckoutPage({
    payments,
    port: description.ports[name],
    latencyMs: 300,
    intercept: (request, _response, url) => {
      port = request.socket.remotePort ?? 0;
      cursors.push(url.searchParams.get('starting_after'));
      return false;
    },
  });
  await putKey(name, api.key);
});
afterAll(() => api.close());

test("a function that hung until Lambda killed it at its timeout goes on with Lambda's own retry", async () => {
  await invokeAsync(name, { mode: 'backfill' });
  const committed = await until('the first load', 60, async () => {
    const state = await syncState(name, item);
    return state !== null && state.counts.loads > 0 && state;
  });
  const asked = cursors.length;
  await until('the next invocation to read', 30, async () => cursors.length > asked + 3);
  const pid = await childWithConnection(description.pid, port);
  process.kill(pid, 'SIGSTOP');
  const before = cursors.length;
  await until('Lambda to kill it', 40, async () => !isThere(pid));

  const state = await untilDone(name, item, 60);
  // From what was committed: not from where the killed one was, nor from the start, which is read twice for the total.
  expect(cursors.slice(before, before + 2)).toContain(committed.place.cursor);
  expect(cursors.filter((cursor) => cursor === null)).toHaveLength(2);
  expect(state).toMatchObject({ syncId: committed.syncId, counts: { records: payments, written: payments } });
  await expectWarehouseEquals(name, api);
});
