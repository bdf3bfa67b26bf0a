import { refuseWrongDefinition } from './definition-rules.ts';
import type { LineItems, SharedShape, Status, TaxLines } from './shared-shape.ts';
import { layOut, type Table, type TableDeclaration } from './table.ts';

/** Cursor = id of the last record; the API says in its own field whether more follow. */
export interface AfterLastId {
  readonly kind: 'after last id';
  readonly param: string;
  readonly more: string;
  /** Where the API tells how many records the whole list has; absent when it does not. */
  readonly total?: string;
}

/** Cursor = what the last answer gave, sent back byte for byte. */
export interface OpaqueCursor {
  readonly kind: 'opaque cursor';
  readonly param: string;
  readonly more: string;
  readonly next: string;
  readonly total?: string;
}

export type Paging = AfterLastId | OpaqueCursor;

/** A list filter the API documents, as `--filter name=value` takes it. */
export interface Filter {
  readonly meaning: string;
  /** What a value must look like; absent: any text. */
  readonly pattern?: RegExp;
}

/**
 * How one payment is got:
 * - path: the API answers with it, `:id` being its id.
 * - search: among the payments that a filter of the list finds by another field of it, whose JSON path is `by`.
 */
export type Single =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'search'; readonly filter: string; readonly by: string };

/** All that is known of one payments API, as data. Nothing here runs. */
export interface SourceDeclaration {
  /** snake_case; the default name of an instance, and the prefix of its tables. */
  readonly name: string;
  readonly title: string;
  /** Without a slash at its end; `list.path` comes behind it. */
  readonly baseUrl: string;
  readonly list: {
    readonly path: string;
    readonly pageSize: number;
    /** 'unknown': nobody documents it, so the list is read to its end. */
    readonly order: 'newest first' | 'unknown';
    readonly filters: Readonly<Record<string, Filter>>;
    /** Which of the filters takes a status; absent where none does. */
    readonly statusFilter?: string;
  };
  /** How one payment is got; absent where the API has no way. */
  readonly single?: Single;
  readonly headers: Readonly<Record<string, string>>;
  /** The header the key is sent in, and what stands before the key. */
  readonly credential: { readonly header: string; readonly prefix: string };
  /** What a key needs, named when the API answers 403. */
  readonly permission: string;
  readonly paging: Paging;
  readonly rateLimit: {
    /** Documented; null where the API documents none: then 5 requests a second and its RateLimit-* headers. */
    readonly requestsPerMinute: number | null;
    /** Whether a 429 without Retry-After may be retried. */
    readonly retryWithoutRetryAfter: boolean;
  };
  /** JSON path of the field that tells whose list this is. */
  readonly account: string;
  readonly lookbackDays: number;
  /** How old the last full reading may be before a nightly reads the whole list. */
  readonly fullReadingDays: number;
  /** Statuses that an old payment can still come to. */
  readonly lateStatuses: readonly string[];
  /** Statuses that an old payment can still leave. */
  readonly openStatuses: readonly string[];
  /** JSON path → why it is never stored: not in a column, not in `_extra`, not in a log. */
  readonly neverStored: Readonly<Record<string, string>>;
  readonly shared: SharedShape;
  /** What each documented status is in the one vocabulary; a word not here is null there. */
  readonly statuses: Readonly<Record<string, Status>>;
  /** Where its tax lines lie; null: the API tells none. */
  readonly taxLines: TaxLines | null;
  /** Where its line items lie; none: the API tells none. */
  readonly lineItems: readonly LineItems[];
  /** Must hold `payments`, the one table of shape record. */
  readonly tables: Readonly<Record<string, TableDeclaration>>;
}

export interface Source extends Omit<SourceDeclaration, 'tables'> {
  /** Payments first, then the child tables in declared order. */
  readonly tables: readonly Table[];
  readonly payments: Table;
}

/** @throws {TypeError} naming the table, the column and the rule a definition breaks */
export function defineSource(declaration: SourceDeclaration): Source {
  const laidOut = Object.entries(declaration.tables).map(([name, table]) => layOut(name, table));
  const payments = laidOut.find((table) => table.name === 'payments' && table.shape === 'record');
  if (!payments) throw new TypeError(`${declaration.name}: a source has a table payments of shape record, got none`);
  const source: Source = {
    ...declaration,
    payments,
    tables: [payments, ...laidOut.filter((table) => table !== payments)],
  };
  refuseWrongDefinition(source);
  return source;
}
