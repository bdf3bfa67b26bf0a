import type { IncomingHttpHeaders } from 'node:http';
import type { Head } from './exchange.ts';

export type Query = Readonly<Record<string, string>>;

/** Path and query as they go over the wire; every value arrives byte for byte. */
export function requestPath(path: string, query: Query): string {
  const pairs = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

/**
 * The request as an error shows it: a filter's value may be a customer, so only names stand there.
 *
 * @param cursor the one parameter whose value is shown: where in the list it happened
 */
export const shownRequest = (path: string, query: Query, cursor: string): string => {
  const shown = Object.entries(query).map(([name, value]) =>
    name === cursor ? `${name}=${JSON.stringify(value.slice(0, 200))}` : name,
  );
  return `GET ${path}${shown.length === 0 ? '' : `?${shown.join('&')}`}`;
};

/** The API's name for this exchange, null if it gave none; only what an id is made of, and never the key. */
export function requestIdOf(headers: IncomingHttpHeaders, key: string): string | null {
  const value = headers['x-request-id'];
  const id = Array.isArray(value) ? value[0] : value;
  if (id === undefined || !/^[\w.:/+=-]{1,200}$/.test(id) || id.includes(key)) return null;
  return id;
}

/** The same with what came back, as far as anything did. */
export function shownExchange(shown: string, head: Head | null, key: string): string {
  if (!head) return `${shown}, no answer`;
  return `${shown}, status ${head.status}, request ${requestIdOf(head.headers, key) ?? 'id not given'}`;
}
