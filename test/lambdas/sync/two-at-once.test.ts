import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { historyRows } from '../../support/history-rows.ts';
import { loadRows } from '../../support/load-rows.ts';
import { closeBenches, everything, type SyncBench, syncBench } from '../../support/sync-bench.ts';
import { type OwnerOrder, ownedInstance } from '../../support/sync-owner.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

// Two processes, each loading the house: seconds, but a minute where the machine is taken.
jest.setTimeout(120_000);

const program = join(__dirname, '../../support/sync-owner.ts');
const payments = 200;
const spacingMs = 60;
/** Processes of this test, in the order they were told to sync. */
const running: Owner[] = [];
/** Processes that have ended their sync, and wait for another: each loads the house once. */
const idle: Owner[] = [];
/** When each request for a page came, ms. */
let asked: number[];
let onAsked: () => void;
let api: SampleApi;
let bench: SyncBench;
beforeEach(async () => {
  asked = [];
  onAsked = () => {};
  const intercept = () => {
    asked.push(performance.now());
    onAsked();
    return false;
  };
  api = await startCheckoutPage({ payments, months: 2, until: new Date(Date.now() - 3_600_000), intercept });
  bench = await syncBench(api, ownedInstance, virtualClock(Date.now()));
});
afterEach(async () => {
  for (const owner of running.splice(0)) if (!idle.includes(owner)) owner.child.kill('SIGKILL');
  await api.close();
  await closeBenches();
});

afterAll(() => {
  for (const { child } of idle.splice(0)) child.kill('SIGKILL');
});

interface Told {
  readonly message?: string;
  readonly status?: string;
  readonly written?: number;
}

interface Owner {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  /** Of the sync under way. */
  onLine: (line: Told) => void;
}

function startOwner(): Owner {
  const child = spawn(process.execPath, ['--import', 'tsx', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const started: Owner = { child, onLine: () => {} };
  createInterface({ input: child.stdout }).on('line', (line) => started.onLine(JSON.parse(line) as Told));
  return started;
}

/** A process that syncs into the one folder, by the one DynamoDB server. @param loadRows 1: every page is a load */
function owner(
  mode: OwnerOrder['mode'],
  onLine: (line: Told, child: ChildProcess) => void = () => {},
  loadRows = 1,
): Promise<Told> {
  const { dir, dynamo } = bench;
  const { baseUrl, key } = api;
  const order: OwnerOrder = { dir, endpoint: dynamo.address, baseUrl, key, mode, spacingMs, loadRows };
  const own = idle.shift() ?? startOwner();
  const { child } = own;
  running.push(own);
  child.stdin.write(`${JSON.stringify(order)}\n`);
  return new Promise((resolve, reject) => {
    child.once('close', () => reject(new Error('the process ended before its sync')));
    own.onLine = (line) => {
      onLine(line, child);
      if (line.status === undefined) return;
      child.removeAllListeners('close');
      idle.push(own);
      resolve(line);
    };
  });
}

/** Every payment once, field by field, no load twice. */
async function expectWhole(): Promise<void> {
  await bench.equalsApi();
  const loads = (await loadRows(bench)).map(({ load_id }) => load_id);
  expect(new Set(loads).size).toBe(loads.length);
}

test('the nightly and a backfill at once lose and double nothing, and share one budget of requests', async () => {
  const both = await Promise.all([owner('incremental'), owner('backfill')]);
  expect(both.map(({ status }) => status)).toEqual(['done', 'done']);
  expect(Number(both[0]?.written) + Number(both[1]?.written)).toBeGreaterThanOrEqual(payments);
  await expectWhole();
  const span = Math.max(...asked) - Math.min(...asked);
  expect(asked.length).toBeGreaterThanOrEqual(16);
  // Each with a budget of its own would need half the time.
  expect(span).toBeGreaterThan(0.75 * spacingMs * (asked.length - 1));
  expect((await bench.state()).watermark).not.toBeNull();
  expect((await bench.state(everything)).phase).toBe('done');
});

test('of two that hold the same pages in hand the one that commits last writes none of them again', async () => {
  let backfill: Promise<Told> | undefined;
  // The third page asked for: the first is compared with what was held, and nothing is committed.
  onAsked = () => {
    if (asked.length !== 3) return;
    const [nightly] = running;
    nightly?.child.kill('SIGSTOP');
    backfill = owner('backfill');
    void backfill.then(() => nightly?.child.kill('SIGCONT'));
  };
  const woken = owner('incremental', () => {}, 1_000_000);
  expect(await woken).toMatchObject({ status: 'done', written: 0 });
  expect(await backfill).toMatchObject({ status: 'done', written: payments });
  expect(await historyRows(bench)).toHaveLength(payments);
  await expectWhole();
});

test('the same nightly started twice: one does the work, the other waits and finds it done', async () => {
  const both = await Promise.all([owner('incremental'), owner('incremental')]);
  expect(both.map(({ status }) => status)).toEqual(['done', 'done']);
  expect(both.map(({ written }) => Number(written)).sort()).toEqual([0, payments]);
  expect(await historyRows(bench)).toHaveLength(payments);
  await expectWhole();
});

test('an owner stopped for longer than its lease is taken over, and moves no checkpoint back when it wakes', async () => {
  let frozen: ChildProcess | undefined;
  let next: Promise<Told> | undefined;
  const woken = owner('incremental', ({ message }, child) => {
    if (frozen || message !== 'load committed') return;
    frozen = child;
    child.kill('SIGSTOP');
    next = owner('incremental');
    void next.then(() => child.kill('SIGCONT'));
  });
  expect(await woken).toMatchObject({ status: 'taken over' });
  expect(await next).toMatchObject({ status: 'done', resumed: true });
  expect(await bench.state()).toMatchObject({ phase: 'done', counts: { written: payments } });
  await expectWhole();
});
