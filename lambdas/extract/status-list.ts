import type { Source } from '../sources/source.ts';
import type { HttpClient } from './http-client.ts';
import { openList, type Page } from './pages.ts';
import { RequestRefused } from './verdict.ts';

/**
 * The newest record of a status's list, and with it the total that the API counts of the status. One request.
 *
 * @returns null: the list takes no status, or not this one (400), since a filter need not know every status that a
 * payment can have
 * @throws as `List.page`, for a key that is refused too
 */
export async function glanceAtStatus(client: HttpClient, source: Source, status: string): Promise<Page | null> {
  const { statusFilter } = source.list;
  if (statusFilter === undefined) return null;
  try {
    return await openList(client, source, { [statusFilter]: status }, 1).page(null);
  } catch (error) {
    if (error instanceof RequestRefused && error.status === 400) return null;
    throw error;
  }
}
