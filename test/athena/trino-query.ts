import { setTimeout } from 'node:timers/promises';
import type { Answer, ResultColumn } from '../../lambdas/athena/sql-query.ts';

export interface TrinoOptions {
  readonly port: number;
  /** Where names without a database are looked up. */
  readonly database: string;
  /** The client's; default UTC. */
  readonly timeZone?: string;
}

/** A whole answer, and what it took. */
export interface TrinoAnswer {
  /** Types in Trino's words. */
  readonly columns: readonly ResultColumn[];
  readonly rows: Answer[][];
  /** Bytes read of the files: what Athena bills. */
  readonly scannedBytes: number;
}

/** One answer of Trino's protocol: POST /v1/statement, then nextUri until there is none. */
interface Page {
  readonly nextUri?: string;
  readonly columns?: readonly { readonly name: string; readonly type: string }[];
  readonly data?: readonly Answer[][];
  readonly stats: { readonly physicalInputBytes?: number };
  readonly error?: { readonly errorName: string; readonly message: string };
}

/**
 * Runs one statement. A bigint beyond what a double holds comes as a bigint; every other value as Trino's JSON has it.
 *
 * @throws Error with Trino's own message
 */
export async function askTrino({ port, database, timeZone = 'UTC' }: TrinoOptions, sql: string): Promise<TrinoAnswer> {
  const headers = {
    'X-Trino-User': 'analyst',
    'X-Trino-Catalog': 'awsdatacatalog',
    'X-Trino-Schema': database,
    'X-Trino-Time-Zone': timeZone,
    // Else a timestamp(3) comes as `timestamp`, without its precision.
    'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
  };
  const rows: Answer[][] = [];
  let columns: Page['columns'];
  let page = await ask(`http://127.0.0.1:${port}/v1/statement`, { method: 'POST', body: sql, headers });
  for (;;) {
    columns = page.columns ?? columns;
    for (const row of page.data ?? []) rows.push(row);
    if (page.error) throw new Error(`${page.error.errorName}: ${page.error.message}\n${sql}`);
    if (page.nextUri === undefined) break;
    page = await ask(page.nextUri, { headers });
  }
  return {
    columns: (columns ?? []).map(({ name, type }) => ({ name, type: type.replaceAll(', ', ',') })),
    rows,
    scannedBytes: page.stats.physicalInputBytes ?? 0,
  };
}

async function ask(url: string, request: RequestInit): Promise<Page> {
  for (let tries = 1; ; tries++) {
    const response = await fetch(url, request);
    const text = await response.text();
    if (response.ok) return JSON.parse(withBigIntegersQuoted(text), unquoted) as Page;
    // What a server says that is busy; the protocol asks to come again.
    if (![502, 503, 504].includes(response.status) || tries === 40) throw new Error(`${response.status}: ${text}`);
    await setTimeout(250);
  }
}

const mark = '\u0001bigint ';

/** A text as it is, or an integer with more digits than a double surely holds. */
const textOrBigInteger = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

/** JSON.parse makes doubles of all numbers. */
const withBigIntegersQuoted = (json: string): string =>
  json.replace(textOrBigInteger, (found) => (found.startsWith('"') ? found : `"\\u0001bigint ${found}"`));

const unquoted = (_name: string, value: unknown): unknown =>
  typeof value === 'string' && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value;
