import { spacingMs } from '../extract/pace.ts';
import { openList, type Page } from '../extract/pages.ts';
import { compileFlatten } from '../transform/flatten.ts';
import { accountOf, boundaryOf } from './begin-sync.ts';
import { reachOf } from './reach.ts';
import { instanceItem, type Mode, syncItem } from './sync-names.ts';
import type { SyncOptions } from './sync-options.ts';
import type { InstanceState, SyncState } from './sync-state.ts';

/**
 * AWS's list prices in US dollars: region us-east-1, arm64, on demand, the first tier, no free tier. The one place
 * where prices stand in the code; docs/costs.md reckons with the same.
 *
 * Compared on 2026-11-22 with pages of others that quote them: Lambda (2024), DynamoDB after its cut of November 2024
 * (July 2025), S3 and Secrets Manager (without a date).
 */
export const prices = {
  lambdaGbSecond: 0.000_013_333_4,
  lambdaInvocation: 0.2 / 1e6,
  s3Put: 0.005 / 1e3,
  s3Get: 0.000_4 / 1e3,
  dynamoWrite: 0.625 / 1e6,
  dynamoRead: 0.125 / 1e6,
  secretRead: 0.05 / 1e4,
} as const;

/** What a sync would take, reckoned from the first page; null: the API tells no total, so nobody knows. */
export interface Estimate {
  readonly instance: string;
  readonly mode: Mode;
  /** Payments on the list, by the API's own count. */
  readonly total: number | null;
  readonly pages: number | null;
  /** At the pace of the key's limit, if nobody else uses it. */
  readonly minutes: number | null;
  readonly dollars: number | null;
  /** The list is read from its newest payment down to where the sync may stop, which may come long before its end. */
  readonly atMost: boolean;
  /** Requests at most that sweeps and the recheck send beside it; in none of the other figures. */
  readonly lateRequests: number;
}

/** What an invocation has. */
export interface Invocation {
  /** null: unpaced */
  readonly requestsPerMinute: number | null;
  readonly memoryMb: number;
}

/** Reads one page and reckons what the sync would take. Writes nothing, and takes no slot of the shared budget. */
export async function estimateSync(options: SyncOptions, invocation: Invocation): Promise<Estimate> {
  const { instance, scope, clock, settings } = options;
  const client = options.connect(undefined, scope);
  try {
    const list = openList(client, instance.source, scope.filters);
    const begun = clock.now();
    const page = await list.page(null);
    const { requestsPerMinute, memoryMb } = invocation;
    const pacedMs = requestsPerMinute === null ? 0 : spacingMs(requestsPerMinute);
    const requestMs = Math.max(pacedMs, clock.now() - begun);
    const total = page.total ?? null;
    const stopsEarly = await mayStopEarly(options, page, Math.min(begun, page.answeredAt));
    const taken = total === null ? null : reckon(options, page, total, requestMs, memoryMb);
    return {
      instance: instance.name,
      mode: scope.mode,
      total,
      pages: taken?.pages ?? null,
      minutes: taken && rounded(taken.minutes, 1),
      dollars: taken && rounded(taken.dollars, 4),
      atMost: stopsEarly,
      lateRequests: scope.mode === 'incremental' && stopsEarly ? settings.sweepRequests + settings.recheckRequests : 0,
    };
  } finally {
    client.close();
  }
}

/** Whether there is a place before the list's end where the sync may stop. */
async function mayStopEarly(options: SyncOptions, page: Page, begunAt: number): Promise<boolean> {
  const { instance, scope, checkpoints } = options;
  const stateOf = async <State>(item: string): Promise<State | null> =>
    (await checkpoints.read<State>({ instance: instance.name, item }))?.state ?? null;
  const about = await stateOf<InstanceState>(instanceItem);
  if (about?.outOfOrder) return false;
  const sync = await stateOf<SyncState>(syncItem(scope));
  // One that is under way fixed with its first answer how far back it reads.
  if (sync?.phase === 'running' && sync.start !== null) return sync.boundary !== null;
  const account = accountOf(page, instance.source.account);
  return boundaryOf(scope, sync?.watermark ?? null, account, begunAt, reachOf(options, about)) !== null;
}

/** Writes of the checkpoint table are counted by the kilobyte: a sync's item holds the ids of its last page. */
const writesPerCheckpoint = 5;

/** Besides its files a load puts its ids and its row, and lists about two months when it is read and when it is committed. */
const otherPutsPerLoad = 6;

const monthMs = 30.4 * 24 * 3_600_000;

/**
 * Memory for as long as it takes, a write of the table for each request's slot and each renewal of the lease, and the
 * files: each load writes to each table for each month it touches. Not counted, since they come to less than a cent:
 * requests to KMS (the bucket has a key of its own), and logs.
 */
function reckon(
  { instance, settings, remainingMs }: SyncOptions,
  page: Page,
  total: number,
  requestMs: number,
  memoryMb: number,
): { pages: number; minutes: number; dollars: number } {
  const pages = Math.max(1, Math.ceil(total / instance.source.list.pageSize));
  const ms = pages * requestMs;
  const { rows, months } = shapeOf(instance.source, page, total);
  const eachMs = Math.max(60_000, (remainingMs?.() ?? Number.POSITIVE_INFINITY) - settings.reserveMs);
  const invocations = Math.ceil(ms / eachMs) || 1;
  const loads = Math.max(invocations, Math.ceil(rows / settings.loadRows), Math.ceil(ms / settings.loadMs));
  const files = instance.source.tables.length * (loads + months);
  const renewals = ms / settings.renewEveryMs;
  const dollars =
    (ms / 1000) * (memoryMb / 1024) * prices.lambdaGbSecond +
    invocations * (prices.lambdaInvocation + prices.secretRead) +
    (files + loads * otherPutsPerLoad) * prices.s3Put +
    files * prices.s3Get +
    (pages + renewals + loads * writesPerCheckpoint) * prices.dynamoWrite +
    (pages + loads) * prices.dynamoRead;
  return { pages, minutes: ms / 60_000, dollars };
}

/** Rows in all tables and months of the whole list, if all of it is like its first page. */
function shapeOf(source: SyncOptions['instance']['source'], page: Page, total: number) {
  const flatten = compileFlatten(source, () => {});
  const records = page.records.map((json) => flatten(json, page.answeredAt));
  const perPage = records.reduce((sum, { rows }) => sum + rows.reduce((all, table) => all + table.length, 0), 0);
  const instants = records.flatMap(({ createdAt }) => (createdAt === null ? [] : [createdAt]));
  const spanMs = instants.length < 2 ? monthMs : Math.max(...instants) - Math.min(...instants);
  const share = total / Math.max(1, records.length);
  return { rows: perPage * share, months: Math.min(252, Math.max(1, Math.ceil((spanMs * share) / monthMs))) };
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
