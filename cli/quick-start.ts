import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { TerminalError } from '../lambdas/errors.ts';
import { sources } from '../lambdas/sources/index.ts';
import { warehousePrefix } from '../lambdas/warehouse/keys.ts';
import { folderStore } from '../local/folder-store.ts';
import { lakeInstances } from '../local/lake.ts';
import { openLakeQuery } from '../local/lake-query.ts';
import { startCheckoutPage } from '../local/sample-apis/checkout-page.ts';
import { startCommet } from '../local/sample-apis/commet.ts';
import type { SampleApi } from '../local/sample-apis/sample-api.ts';
import { asking } from './asking.ts';
import type { CommandIo, ExitCode } from './command-io.ts';
import { report, runCommand } from './main.ts';
import { makeSampleLake } from './quick-start-lake.ts';
import { QuickStartPage } from './quick-start-page.ts';
import { questions } from './quick-start-queries.ts';

export interface QuickStartOptions {
  /** The folder, made anew. */
  readonly lake: string;
  /** In each of the two APIs; default 20,000. */
  readonly payments?: number;
  readonly now?: () => number;
}

const interrupted = 'quick start: interrupted; npm start begins anew\n';

/** What comes at each API between the two syncs; refunds are of payments so many days old, at Checkout Page. */
const arrivals = { payments: 150, refundAges: [3, 10, 20, 30], refundedEach: 2, partlyRefundedEach: 1 };
const refunded = arrivals.refundAges.length * arrivals.refundedEach;
const partlyRefunded = arrivals.refundAges.length * arrivals.partlyRefundedEach;

interface Apis {
  readonly commet: SampleApi;
  readonly checkout_page: SampleApi;
}

/** Both APIs as samples on loopback, two syncs of each, three queries, a page: what `npm start` shows. Never throws. */
export async function quickStart(io: CommandIo, options: QuickStartOptions): Promise<ExitCode> {
  const apis: SampleApi[] = [];
  try {
    await makeSampleLake(options.lake);
    const { payments = 20_000, now = Date.now } = options;
    const until = new Date(now());
    const commet = await startCommet({ payments, until, now });
    apis.push(commet);
    const checkoutPage = await startCheckoutPage({ payments, until, now });
    apis.push(checkoutPage);
    const code = await tell(io, options.lake, { commet, checkout_page: checkoutPage }, now());
    if (code === 130) io.stderr.write(interrupted);
    return code;
  } catch (error) {
    if (!io.interrupted.aborted) return report(error, io);
    io.stderr.write(interrupted);
    return 130;
  } finally {
    await Promise.all(apis.map((api) => api.close()));
  }
}

async function tell(io: CommandIo, lake: string, apis: Apis, now: number): Promise<ExitCode> {
  const page = new QuickStartPage(io);
  page.title('payments-lake: a quick start. All of it stays on this machine.');

  page.step(`Two sample APIs, ${count(apis.commet.total)} payments each, made from the APIs' documents`);
  page.say(`Commet         ${apis.commet.baseUrl}`, `Checkout Page  ${apis.checkout_page.baseUrl}`);

  page.step('The first sync reads everything');
  for (const name of names) {
    const code = await sync(io, page, lake, name, apis[name]);
    if (code !== 0) return code;
  }
  page.say(await filesOf(lake));

  page.step('Meanwhile, at the APIs');
  const expected = arrive(apis);
  page.say(
    `Commet         ${arrivals.payments} new payments`,
    `Checkout Page  ${arrivals.payments} new payments, ${refunded} refunded, ${partlyRefunded} refunded in part`,
  );

  page.step('The second sync writes only what changed');
  for (const name of names) {
    const code = await sync(io, page, lake, name, apis[name]);
    if (code !== 0) return code;
  }
  const written = await writtenLast(io, lake);
  for (const name of names) {
    if (written[name] === expected[name]) continue;
    throw new TerminalError(
      `${name}: the second sync writes the ${expected[name]} payments that are new or changed, got ${written[name]}`,
    );
  }

  await ask(io, page, lake, now);

  page.step('A page to look at');
  const { runReport } = await import('./run-report.ts');
  const out = join(lake, 'report.html');
  const code = await runReport({ lake, out }, { ...io, stdout: new PassThrough() }, now);
  if (code !== 0) return code;
  page.say(`Open ${shortName(out)} in a browser: charts, with their figures and SQL.`);

  page.step('Go on from here');
  page.code(`npx payments-lake status --lake ${shortName(lake)}
npx payments-lake query "SHOW TABLES" --lake ${shortName(lake)}
npx payments-lake query "SELECT instance, status, count(*) FROM payments
  GROUP BY ALL" --lake ${shortName(lake)}`);
  page.say('With your own accounts: see "Your own accounts" in README.md.');
  return 0;
}

const names = ['commet', 'checkout_page'] as const;

const keyVariables = { commet: 'COMMET_API_KEY', checkout_page: 'CHECKOUT_PAGE_API_KEY' } as const;

/** The very command that somebody would type. */
async function sync(io: CommandIo, page: QuickStartPage, lake: string, name: keyof Apis, api: SampleApi) {
  page.code(`$ ${keyVariables[name]}=… payments-lake sync ${name} --lake ${shortName(lake)} \\
    --base-url ${api.baseUrl}`);
  const env = { ...ownEnvironment(io.env), [keyVariables[name]]: api.key };
  return runCommand(['sync', name, '--base-url', api.baseUrl, '--lake', lake], { ...io, env });
}

/** The lake's checkpoints lie in the lake, whatever else is set up here. */
function ownEnvironment({ AWS_ENDPOINT_URL_DYNAMODB: _, ...env }: CommandIo['env']): CommandIo['env'] {
  return env;
}

/** @returns how many payments of each API are new or changed */
function arrive({ commet, checkout_page }: Apis): Record<keyof Apis, number> {
  // Refunds first: among the newest payments they would find those that are about to come.
  for (const olderThanDays of arrivals.refundAges) {
    checkout_page.changeStatuses(arrivals.refundedEach, { to: 'refunded', olderThanDays });
    checkout_page.changeStatuses(arrivals.partlyRefundedEach, { to: 'partial_refund', olderThanDays });
  }
  for (const api of [commet, checkout_page]) api.addPayments(arrivals.payments);
  return {
    commet: arrivals.payments,
    checkout_page: arrivals.payments + refunded + partlyRefunded,
  };
}

async function filesOf(lake: string): Promise<string> {
  const files = await folderStore(lake).list(warehousePrefix);
  const megabytes = files.reduce((bytes, { size }) => bytes + size, 0) / 1_000_000;
  return `${count(files.length)} Parquet files, ${megabytes.toFixed(1)} MB, in ${shortName(lake)}/${warehousePrefix}`;
}

async function writtenLast(io: CommandIo, lake: string): Promise<Record<string, number>> {
  const stdout = new PassThrough();
  await runCommand(['status', '--json', '--lake', lake], { ...io, env: ownEnvironment(io.env), stdout });
  const { sources: shown } = JSON.parse(String(stdout.read())) as {
    sources: { source: string; lastSync: { written: number } | null }[];
  };
  return Object.fromEntries(shown.map(({ source, lastSync }) => [source, lastSync?.written ?? 0]));
}

async function ask(io: CommandIo, page: QuickStartPage, lake: string, now: number): Promise<void> {
  const opened = await openLakeQuery(lake, await lakeInstances(lake, sources));
  await asking(opened, io.interrupted, async () => {
    for (const { title, note, sql } of questions(now)) {
      io.interrupted.throwIfAborted();
      page.step(title);
      page.say(note, '');
      page.code(sql);
      page.say('');
      const { columns, rows } = await opened.run(sql);
      page.table(columns, rows);
    }
  });
}

const count = (value: number): string => value.toLocaleString('en');

/** `./sample-lake` as somebody would type it. */
const shortName = (lake: string): string => lake.replace(/^\.\//, '');
