import { UsageError } from '../lambdas/errors.ts';
import { parseBaseUrl } from '../lambdas/extract/base-url.ts';
import { type PersonalDataMode, personalDataModes } from '../lambdas/sources/personal-data.ts';
import type { Source } from '../lambdas/sources/source.ts';
import { parseDate } from '../lambdas/sync/date.ts';
import { refuseWrongFilter } from '../lambdas/sync/filter.ts';
import { refuseWrongInstances } from '../lambdas/warehouse/instance.ts';
import type { SyncRequest } from './sync-request.ts';

/** The options of `sync` as commander hands them over: text, unchecked. */
export interface SyncOptions {
  readonly api?: string;
  readonly backfill?: true;
  readonly from?: string;
  readonly to?: string;
  readonly filter?: readonly string[];
  readonly rewrite?: true;
  readonly confirmDeletions?: true;
  readonly personalData?: string;
  readonly rate?: string;
  readonly lake: string;
  readonly stack?: string;
  readonly baseUrl?: string;
  readonly sameAccount?: true;
  readonly json?: true;
}

/**
 * Checks what can be checked without the lake and the network.
 *
 * @param given the SOURCEs; none means all of the registry
 * @param known the registry
 * @throws {UsageError} naming the option, its rule and what was got; never a filter's value, which may be personal
 */
export function parseSyncOptions(
  given: readonly string[],
  options: SyncOptions,
  known: readonly Source[],
): SyncRequest {
  const chosen = parseSources(given, options.api, known);
  const range = parseRange(options);
  if (options.baseUrl !== undefined) refuseManySources('--base-url', given);
  return {
    sources: chosen,
    ...range,
    filters: parseFilters(
      options.filter ?? [],
      chosen.map(({ api }) => api),
    ),
    rewrite: options.rewrite === true,
    confirmDeletions: options.confirmDeletions === true,
    personalData: options.personalData === undefined ? null : parsePersonalData(options.personalData),
    ratePerMinute: options.rate === undefined ? null : parseRate(options.rate),
    lake: options.lake,
    baseUrl: options.baseUrl === undefined ? null : parseBaseUrl(options.baseUrl),
    sameAccount: options.sameAccount === true,
    json: options.json === true,
  };
}

/** @throws {UsageError} for a date that is none, or a range that holds nothing */
export function parseRange(options: SyncOptions): Pick<SyncRequest, 'backfill' | 'from' | 'to'> {
  const from = parseDate('--from', options.from);
  const to = parseDate('--to', options.to);
  if (from !== null && to !== null && from >= to) {
    throw new UsageError(`--from must be before --to, got --from ${options.from} --to ${options.to}`);
  }
  return { backfill: options.backfill === true || from !== null || to !== null, from, to };
}

function parseSources(given: readonly string[], api: string | undefined, known: readonly Source[]) {
  const names = known.map(({ name }) => name).join(', ');
  if (api !== undefined) {
    const source = known.find(({ name }) => name === api);
    if (!source) throw new UsageError(`--api must be one of ${names}, got '${api}'`);
    refuseManySources('--api', given);
    return checked([{ instance: String(given[0]), api: source }], known);
  }
  if (given.length === 0) return known.map((source) => ({ instance: source.name, api: source }));
  refuseTwice(given);
  return given.map((instance) => {
    const source = known.find(({ name }) => name === instance);
    if (!source) {
      throw new UsageError(
        `SOURCE must be one of ${names}, got '${instance}'; for another account add --api and the API it belongs to`,
      );
    }
    return { instance, api: source };
  });
}

export function refuseTwice(given: readonly string[]): void {
  const twice = given.find((name, index) => given.indexOf(name) < index);
  if (twice !== undefined) throw new UsageError(`a SOURCE is named once, got '${twice}' twice`);
}

function checked(chosen: SyncRequest['sources'], known: readonly Source[]): SyncRequest['sources'] {
  const registry = known.map((source) => ({ name: source.name, source }));
  const own = chosen.map(({ instance, api }) => ({ name: instance, source: api }));
  const others = registry.filter(({ name }) => own.every((instance) => instance.name !== name));
  refuseWrongInstances([...others, ...own], known);
  return chosen;
}

function refuseManySources(option: string, given: readonly string[]): void {
  if (given.length !== 1) {
    throw new UsageError(`${option} needs exactly one SOURCE, got ${given.length === 0 ? 'none' : given.join(', ')}`);
  }
}

/** @throws {UsageError} never with a filter's value, which may be personal */
export function parseFilters(given: readonly string[], apis: readonly Source[]): Record<string, string> {
  const filters: Record<string, string> = {};
  for (const filter of given) {
    const equals = filter.indexOf('=');
    if (equals < 1) throw new UsageError("--filter is NAME=VALUE, got no name, or no '='");
    const name = filter.slice(0, equals);
    const value = filter.slice(equals + 1);
    for (const api of apis) refuseWrongFilter('--filter', api, name, value);
    if (Object.hasOwn(filters, name)) throw new UsageError(`--filter ${name} is given once, got it twice`);
    filters[name] = value;
  }
  return filters;
}

function parsePersonalData(given: string): PersonalDataMode {
  const mode = personalDataModes.find((each) => each === given);
  if (mode) return mode;
  throw new UsageError(`--personal-data is one of ${personalDataModes.join(', ')}, got '${given}'`);
}

function parseRate(rate: string): number {
  const [, digits] = /^(\d{1,6})\/min$/.exec(rate) ?? [];
  const perMinute = Number(digits ?? 0);
  if (perMinute === 0) throw new UsageError(`--rate is requests a minute, 1/min to 999999/min, got '${rate}'`);
  return perMinute;
}
