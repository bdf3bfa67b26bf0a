import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { instances } from './configuration.ts';
import { functionProcess, isThere } from './function-process.ts';
import { deployed, description, expectWarehouseEquals, invokeAsync, putKey, syncState, untilDone } from './stack.ts';
import { until } from './step.ts';

const name = instances.killed;
const item = 'sync#backfill';
const payments = 3_000;

let api: SampleApi;
/** Where in the list each request asked to go on: null is its start. */
const cursors: (string | null)[] = [];

beforeAll(async () => {
  api = await startCheckoutPage({
    payments,
    port: description.ports[name],
    latencyMs: 300,
    intercept: (_request, _response, url) => {
      cursors.push(url.searchParams.get('starting_after'));
      return false;
    },
  });
  await putKey(name, api.key);
});
afterAll(() => api.close());

/** @returns the pid of the process that hangs from now on, in the middle of reading a list */
async function freeze(): Promise<number> {
  const pid = await until('the process of the function', 10, () =>
    functionProcess(description.pid, deployed(name).functionName),
  );
  process.kill(pid, 'SIGSTOP');
  return pid;
}

test("a function that hung until Lambda killed it at its timeout goes on with Lambda's own retry", async () => {
  await invokeAsync(name, { mode: 'backfill' });
  const committed = await until('the first load', 60, async () => {
    const state = await syncState(name, item);
    return state !== null && state.counts.loads > 0 && state;
  });
  const asked = cursors.length;
  await until('the next invocation to read', 30, async () => cursors.length > asked + 3);
  const pid = await freeze();
  const before = cursors.length;
  await until('Lambda to kill it', 40, async () => !isThere(pid));

  const state = await untilDone(name, item, 60);
  // Not from the start, and not from where the killed one was: from what was committed.
  expect(cursors.slice(before)).toContain(committed.place.cursor);
  expect(cursors.slice(before)).not.toContain(null);
  expect(state).toMatchObject({ syncId: committed.syncId, counts: { records: payments, written: payments } });
  await expectWarehouseEquals(name, api);
});
