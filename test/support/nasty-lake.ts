import type { ObjectStore } from '../../lambdas/load/object-store.ts';
import { hyparquetEncoder } from '../../lambdas/load/parquet-hyparquet.ts';
import { parquetjsEncoder } from '../../lambdas/load/parquet-parquetjs.ts';
import type { Row, Value } from '../../lambdas/sources/row.ts';
import type { Column, Table } from '../../lambdas/sources/table.ts';
import { type Instance, tableName } from '../../lambdas/warehouse/instance.ts';
import { fileKey, monthOf } from '../../lambdas/warehouse/keys.ts';
import { loadsTable } from '../../lambdas/warehouse/loads-table.ts';

const texts = ['', 'a', '😀 beyond U+FFFF', '\uffff above it', '\ufeffwith a mark', 'ä'.repeat(70), "it's", '\u0000'];
const json = ['{"a":1}', '[]', '"text"', '{"😀":null}'];
const integers = [0, 1, -1, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER];
const doubles = [0, -0, 1.5, -1e300, 5e-324];
const hashes = [-(2n ** 63n), 2n ** 63n - 1n, 0n, 2n ** 53n + 1n];

/** Repeatable: the same lake at each run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function nastyValue({ type, name }: Column, next: () => number): Value {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
  if (next() < 0.4) return null;
  switch (type) {
    case 'text':
      return pick(texts);
    case 'json':
      return pick(json);
    case 'boolean':
      return next() < 0.5;
    case 'integer':
      return name === '_hash' ? pick(hashes) : pick(integers);
    case 'double':
      return pick(doubles);
    case 'instant':
      return Math.floor(next() * 2e12);
  }
}

export interface NastyLoad {
  readonly number: number;
  readonly payments: number;
  /** createdAt of the first payment, ms; null: none of them has one. */
  readonly from: number | null;
  /** Payments are so far apart, ms; 0: all in the same millisecond. */
  readonly apartMs?: number;
  readonly encoder?: 'hyparquet' | 'parquetjs';
  /** Of the file's load; default: made of its number. */
  readonly loadId?: string;
}

export const nastyLoadId = (number: number): string =>
  `019d0000-0000-7000-8000-000000000000-${String(number).padStart(6, '0')}-00000001-00`;

/**
 * Puts one load's file of each table given: payments with versions of their own, two rows of each payment in a child
 * table, every value the worst of its type.
 */
export async function putNastyLoad(
  store: ObjectStore,
  instance: Instance,
  tables: readonly Table[],
  load: NastyLoad,
): Promise<void> {
  const { number, payments, from, apartMs = 60_000 } = load;
  const loadId = load.loadId ?? nastyLoadId(number);
  const encoder = load.encoder === 'parquetjs' ? parquetjsEncoder : hyparquetEncoder;
  for (const table of tables) {
    const next = random(number * 31 + table.columns.length);
    const rows: Row[] = [];
    for (let payment = 0; payment < payments; payment++) {
      const createdAt = from === null ? null : from + payment * apartMs;
      const own = { payment_id: `p${String(payment).padStart(4, '0')}`, _load_id: nastyLoadId(number) };
      const times = { created_at: createdAt, payment_created_at: createdAt, _loaded_at: number, _version_at: number };
      for (let place = 0; place < (table.rowKey.length > 0 ? 2 : 1); place++) {
        const keys = Object.fromEntries(table.rowKey.map((name) => [name, name === 'key' ? `k${place}` : place]));
        const cells: Record<string, Value> = { ...own, ...times, ...keys, _superseded_at: null };
        rows.push(
          table.columns.map((column) => cells[column.name] ?? (column.name in cells ? null : nastyValue(column, next))),
        );
      }
    }
    const key = fileKey(tableName(instance, table), monthOf(from), loadId);
    await store.putNew(key, await encoder.encode(table, rows, {}));
  }
}

/** Puts a row of `loads`, a file of its own as a sync puts it. */
export async function putLoadsRow(
  store: ObjectStore,
  number: number,
  finishedAt: number,
  more: Readonly<Record<string, Value>> = {},
): Promise<void> {
  const cells: Record<string, Value> = {
    source: 'commet',
    load_id: nastyLoadId(number),
    kind: 'load',
    started_at: finishedAt - 1000,
    finished_at: finishedAt,
    ...more,
  };
  const row = loadsTable.columns.map(({ name }) => cells[name] ?? null);
  const key = fileKey('loads', monthOf(finishedAt), nastyLoadId(number));
  await store.putNew(key, await hyparquetEncoder.encode(loadsTable, [row], {}));
}
