import type { Paging } from '../../lambdas/sources/source.ts';

/** text, money in minor units, whole number, floating number, percentage, boolean, instant, any JSON. */
export type Letter = 'T' | 'M' | 'I' | 'F' | '%' | 'B' | 'D' | 'J';

/** Fields in the shape of the record; a list holds its one element, a map its values under `*`. */
export type Fields = { readonly [name: string]: Letter | Fields | readonly [Letter | Fields] };

/** What is known of an API from its documents, written apart from its declaration: the two are compared both ways. */
export interface Documented {
  /** As --base-url takes it, and the path of the list behind it. */
  readonly url: readonly [baseUrl: string, path: string];
  readonly credential: string;
  readonly paging: Paging;
  readonly pageSizeLimit: number;
  readonly requestsPerMinute: number | null;
  readonly retriesWithoutRetryAfter: boolean;
  readonly statuses: readonly string[];
  /** Filter → values the API takes, and values it refuses. */
  readonly filters: Readonly<
    Record<string, { readonly takes: readonly string[]; readonly refuses: readonly string[] }>
  >;
  /** Every table design.md names. */
  readonly tables: readonly string[];
  /** Every field of a record, secrets included. */
  readonly fields: Fields;
  readonly secrets: readonly string[];
  /** Paths of personal data; `billing.*` is all that lies below. */
  readonly personal: readonly string[];
  readonly notPersonal: readonly string[];
  /** Records as the API would send them, different ones, without anything undocumented. */
  records(count: number): Promise<Record<string, unknown>[]>;
}

/** `variants[].selectedOptions[].sku` → its letter; a map's values stand under `queryParameters.*`. */
export function pathsOf(fields: Fields, base = ''): Map<string, Letter> {
  const paths = new Map<string, Letter>();
  const add = (path: string, field: Fields[string]): void => {
    if (typeof field === 'string') paths.set(path, field);
    else if (Array.isArray(field)) add(`${path}[]`, field[0] as Letter | Fields);
    else for (const [below, letter] of pathsOf(field as Fields, `${path}.`)) paths.set(below, letter);
  };
  for (const [name, field] of Object.entries(fields)) add(base + name, field);
  return paths;
}
