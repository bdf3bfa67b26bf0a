import { spacingMs } from '../lambdas/extract/pace.ts';
import { checkoutPage } from '../lambdas/sources/checkout-page.ts';
import { prices as syncPrices } from '../lambdas/sync/estimate.ts';
import { defaultSettings } from '../lambdas/sync/settings.ts';
import { metrics } from '../lambdas/warehouse/function-settings.ts';

/**
 * What a month costs, as docs/costs.md tells it: the default deployment, its two instances, all payments at Checkout
 * Page, a lake of one year, queries as below. List prices, no free tier.
 */

/** us-east-1, beside those a dry run reckons with; docs/costs.md says when they were compared with what. */
const prices = {
  ...syncPrices,
  s3GbMonth: 0.023,
  kmsKey: 1,
  kmsRequest: 0.03 / 1e4,
  secret: 0.4,
  athenaTb: 5,
  alarm: 0.1,
  dashboard: 3,
  metricMonth: 0.3,
  logsGb: 0.5,
  scheduled: 1 / 1e6,
} as const;

/** What the default deployment has. */
export const deployed = {
  instances: 2,
  /** Eight for each instance, one more where the API tells a total, one for compaction, two for the dead letters. */
  alarms: 20,
  memoryGb: 1769 / 1024,
  timeoutSeconds: 900,
  reserveSeconds: 60,
} as const;

/** Measured with the sample API, over 40 nights of 1,000 payments a month and 3 of 20,000. */
const measured = {
  /** Payments that came to another status, for each new one. */
  changed: 0.15,
  rowsPerPayment: 9.4,
  bytesPerPayment: 490,
  /** Of a file, whatever it holds: its schema, statistics and bloom filters. */
  bytesPerFile: 4_400,
  /** That one load writes to. */
  months: 2,
  listsPerLoad: 6,
  getsPerFile: 1.5,
  /** Of the checkpoint table by an invocation, beside its loads, its slots and the renewal of its lease. */
  writesPerInvocation: 12,
  /** Of a payments table, for each payment: the eight or so columns that a query reads. */
  scannedPerPayment: 100,
} as const;

const days = 30.4;
const hoursInMonth = 730;
const queries = { perMonth: 600, months: 3, leastBytes: 10e6 };
const tables = checkoutPage.tables.length;

/** A night of one instance. */
export function night(paymentsAMonth: number) {
  const requests = Math.ceil(((paymentsAMonth / days) * (checkoutPage.lookbackDays + 1)) / 100) + 2;
  const seconds = (requests * spacingMs(checkoutPage.rateLimit.requestsPerMinute ?? 100)) / 1000 + 5;
  const versions = (paymentsAMonth / days) * (1 + measured.changed);
  const invocations = Math.ceil(seconds / (deployed.timeoutSeconds - deployed.reserveSeconds));
  const byRows = (versions * measured.rowsPerPayment) / defaultSettings.loadRows;
  const loads = Math.ceil(Math.max(1, byRows, seconds / (defaultSettings.loadMs / 1000), invocations));
  return { requests, seconds, versions, invocations, loads, files: loads * tables * measured.months };
}

export interface MonthlyCost {
  readonly Lambda: number;
  readonly S3: number;
  readonly DynamoDB: number;
  readonly KMS: number;
  readonly 'Secrets Manager': number;
  readonly Athena: number;
  readonly CloudWatch: number;
  readonly Scheduler: number;
}

export function monthlyCost(paymentsAMonth: number): MonthlyCost {
  const busy = night(paymentsAMonth);
  const idle = night(0);
  const both = (of: (each: ReturnType<typeof night>) => number): number => days * (of(busy) + of(idle));
  const invocations = both((each) => each.invocations);
  const paymentsFilesAMonth = days * busy.loads * measured.months;
  const bytes = 12 * (days * busy.versions * measured.bytesPerPayment + days * busy.files * measured.bytesPerFile);
  const readBack = (days * busy.invocations * paymentsFilesAMonth * measured.getsPerFile * 46) / days;
  const queried = queries.perMonth * queries.months * paymentsFilesAMonth * 2;
  const scanned = Math.max(queries.leastBytes, queries.months * days * busy.versions * measured.scannedPerPayment);
  const hoursTold = both((each) => Math.ceil(each.seconds / 3600)) / deployed.instances;
  return {
    Lambda:
      both((each) => each.seconds) * deployed.memoryGb * prices.lambdaGbSecond + invocations * prices.lambdaInvocation,
    S3:
      (bytes / 1e9) * prices.s3GbMonth +
      both((each) => each.files + each.loads * (1 + measured.listsPerLoad)) * prices.s3Put +
      (readBack + queried) * prices.s3Get,
    DynamoDB:
      both(
        (each) => each.requests + each.seconds / 20 + each.loads * 5 + each.invocations * measured.writesPerInvocation,
      ) *
        prices.dynamoWrite +
      both((each) => each.invocations * 10) * prices.dynamoRead,
    KMS: prices.kmsKey + invocations * 20 * prices.kmsRequest,
    'Secrets Manager': deployed.instances * prices.secret + invocations * prices.secretRead,
    Athena: ((queries.perMonth * scanned) / 1e12) * prices.athenaTb,
    CloudWatch:
      deployed.alarms * prices.alarm +
      prices.dashboard +
      deployed.instances * Object.keys(metrics).length * prices.metricMonth * (hoursTold / hoursInMonth) +
      (invocations * 100e3 * prices.logsGb) / 1e9,
    Scheduler: ((deployed.instances + 1) * days + days / 7) * prices.scheduled,
  };
}

export const total = (cost: MonthlyCost): number => Object.values(cost).reduce((sum, each) => sum + each, 0);

export const volumes = [1_000, 100_000, 1_000_000] as const;

const dollars = (value: number): string => (value > 0 && value < 0.005 ? '< 0.01' : value.toFixed(2));

/** The table of docs/costs.md, as Markdown. */
export function costTable(): string {
  const costs = volumes.map(monthlyCost);
  const names = Object.keys(costs[0] as MonthlyCost) as (keyof MonthlyCost)[];
  const row = (...cells: string[]): string => `| ${cells.join(' | ')} |`;
  return [
    row('US dollars a month', ...volumes.map((each) => `${each.toLocaleString('en')} payments`)),
    row('---', ...volumes.map(() => '---:')),
    ...names.map((name) => row(name, ...costs.map((cost) => dollars(cost[name])))),
    row('**Total**', ...costs.map((cost) => `**${dollars(total(cost))}**`)),
  ].join('\n');
}
