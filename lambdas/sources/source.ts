import { refuseWrongDefinition } from './definition-rules.ts';
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

/** Which columns of the payments table fill the shape that all sources share. */
export interface SharedShape {
  readonly customer_id: string;
  readonly status: string;
  readonly currency: string;
  readonly amount_total: string;
  readonly tax_amount: string;
  readonly livemode: string;
  readonly created_at: string;
  readonly updated_at: string;
}

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
  };
  /** Path of a single payment, `:id` for its id; absent where the API has none. */
  readonly single?: string;
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
  /** Statuses that an old payment can still come to. */
  readonly lateStatuses: readonly string[];
  /** Statuses that an old payment can still leave. */
  readonly openStatuses: readonly string[];
  /** JSON path → why it is never stored: not in a column, not in `_extra`, not in a log. */
  readonly neverStored: Readonly<Record<string, string>>;
  readonly shared: SharedShape;
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
