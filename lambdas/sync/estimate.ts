import { openList } from '../extract/pages.ts';
import type { SyncOptions } from './sync-options.ts';

/** What a sync would take; null: the API tells no total, so nobody knows. */
export interface Estimate {
  readonly instance: string;
  /** Payments on the list. */
  readonly total: number | null;
  readonly pages: number | null;
  readonly minutes: number | null;
  readonly dollars: number | null;
}

/** Reads one page and reckons what the sync would take. Writes nothing. */
export async function estimateSync(
  options: SyncOptions,
  { requestsPerMinute }: { requestsPerMinute: number | null; memoryMb: number },
): Promise<Estimate> {
  const stop = new AbortController();
  const client = options.connect(stop.signal, options.scope);
  try {
    const page = await openList(client, options.instance.source, options.scope.filters).page(null);
    const total = page.total ?? null;
    const pages = total === null ? null : Math.ceil(total / options.instance.source.list.pageSize);
    const minutes = pages === null || requestsPerMinute === null ? null : pages / requestsPerMinute;
    return { instance: options.instance.name, total, pages, minutes, dollars: null };
  } finally {
    client.close();
  }
}
