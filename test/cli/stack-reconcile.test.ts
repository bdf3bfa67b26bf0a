import { runCommand } from '../../cli/main.ts';
import type { ReconciliationJson } from '../../lambdas/upkeep/reconciliation-json.ts';
import { restoreAwsEnvironment, setAwsEnvironment } from '../support/aws-environment.ts';
import { type AwsServer, awsServer, Refusal } from '../support/aws-server.ts';
import { collectedIo } from '../support/collected-io.ts';
import { describeStacks } from '../support/stack-outputs.ts';

const count = { status: null, inApi: 21, inWarehouse: 20, difference: 1, verdict: 'missing', duplicates: 0 } as const;
const counted: ReconciliationJson = {
  source: 'shop',
  verdict: 'missing',
  difference: 1,
  duplicates: 0,
  countedAt: '2026-07-01T03:00:00.000Z',
  asOf: '2026-07-01T02:00:00.000Z',
  syncId: null,
  counts: [count],
  explanation: {
    paged: ['paid'],
    missing: ['pay_1'],
    differing: [],
    surplus: [],
    doubled: [],
    found: { missing: 1, differing: 0, surplus: 0, doubled: 0 },
  },
  before: null,
  left: null,
};

let answer: object;
let server: AwsServer;
beforeEach(async () => {
  answer = { reconciliation: counted };
  server = await awsServer({ 'CloudFormation.DescribeStacks': describeStacks(), 'Lambda.Invoke': invoke });
  setAwsEnvironment({ AWS_ENDPOINT_URL: server.url });
});
afterEach(async () => {
  restoreAwsEnvironment();
  await server.close();
});

/** shop's function answers; there is none of commet. */
function invoke({ functionName }: Record<string, unknown>): object {
  if (functionName === 'stack-shop-Function') return answer;
  throw new Refusal('ResourceNotFoundException', 'Function not found', 404);
}

async function reconcile(...more: string[]) {
  const { io, out, err } = collectedIo();
  const code = await runCommand(['reconcile', 'shop', '--stack', 'Lake', ...more], io);
  return { code, out: out(), err: err() };
}

test("the instance's function counts, is waited for, and its answer is told as a lake's", async () => {
  const { code, out } = await reconcile('--explain');
  expect(code).toBe(1);
  expect(out).toMatch(/^shop +all +21 +20 +\+1 +missing$/m);
  expect(out).toContain('shop: 1 missing in the warehouse: pay_1\n');
  expect(server.calls.at(-1)?.input).toEqual({
    functionName: 'stack-shop-Function',
    type: 'RequestResponse',
    event: { mode: 'reconcile', explain: true, repair: false },
  });
  expect(JSON.parse((await reconcile('--json')).out)).toEqual({ reconciliations: [counted] });
});

test('what a repair left different is named, with what to do, and not called repaired', async () => {
  const { explanation } = counted;
  const before = { ...counted, difference: 2 };
  const left = explanation && {
    ...explanation,
    missing: [],
    differing: ['pay_2'],
    surplus: ['pay_3'],
    found: { missing: 0, differing: 1, surplus: 1, doubled: 0 },
  };
  answer = { reconciliation: { ...counted, before, left } };
  const { code, out } = await reconcile('--repair');
  expect(code).toBe(1);
  expect(out).not.toContain('repaired;');
  expect(out.split('\n').slice(-6, -1)).toEqual([
    'shop: read again, and not equal yet; before it the verdict was missing',
    'shop: 1 still differing: pay_2',
    'shop: 1 still in the warehouse and not on the lists of the API: pay_3',
    expect.stringMatching(
      /^shop: those were read and written again, .* run payments-lake reconcile shop --repair once more; if /,
    ),
    expect.stringMatching(/^shop: nothing is deleted by a repair: .* run payments-lake sync shop --backfill twice$/),
  ]);
});

test('a function that could not count says why, exit 1', async () => {
  answer = { error: 'not counted against the API: shop: there is nothing to count against' };
  expect(await reconcile()).toEqual({
    code: 1,
    out: '',
    err: 'payments-lake: not counted against the API: shop: there is nothing to count against\n',
  });
});

test('a function that can not be asked does not keep the next from counting, exit 1', async () => {
  const { io, out, err } = collectedIo();
  expect(await runCommand(['reconcile', '--stack', 'Lake'], io)).toBe(1);
  expect(out()).toMatch(/^shop +all +21 +20 +\+1 +missing$/m);
  expect(err()).toMatch(/^payments-lake: the function stack-commet-Function: .*Function not found\n$/);
});

test('a name that the stack does not have is refused', async () => {
  const { io, err } = collectedIo();
  expect(await runCommand(['reconcile', 'outlet', '--stack', 'Lake'], io)).toBe(2);
  expect(err()).toContain("SOURCE must be an instance of the stack Lake: commet, shop; got 'outlet'");
});
