import type { SqlQuery } from '../../lambdas/athena/sql-query.ts';
import { countWarehouse, doubledIds, heldPayments, newerIds } from '../../lambdas/upkeep/warehouse-count.ts';
import { bothInstances } from '../support/lake-builder.ts';
import { type Engines, openEngines, trinoAsQuery } from './engines.ts';

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** DuckDB's client for Node drops a byte order mark that a text begins with. */
const sorted = (counts: ReadonlyMap<string | null, number>): string[] =>
  [...counts].map(([status, count]) => `${status?.replace(/^\ufeff/, '') ?? null}: ${count}`).sort();

const byId = <T extends { readonly id: string }>(held: T[]): T[] => held.sort((a, b) => (a.id < b.id ? -1 : 1));

/** In the middle of the lake's time: payments lie on either side. */
const since = Date.UTC(2026, 3, 15);
const firstOfJuly = Date.UTC(2026, 6, 1);

describe.each(['hostile', 'compacting', 'empty'] as const)('the lake %s', (name) => {
  let engines: Engines;
  beforeAll(async () => {
    engines = await openEngines(name);
  });
  afterAll(() => engines.close());

  /** What both engines come to. */
  async function same<T>(ask: (query: SqlQuery) => Promise<T>): Promise<T> {
    const [ofTrino, ofDuckDb] = [await ask(trinoAsQuery(engines)), await ask(engines.duckdb)];
    expect(ofTrino).toEqual(ofDuckDb);
    return ofTrino;
  }

  describe.each(bothInstances)('$name', (instance) => {
    const count = (account: string | null, without: readonly string[]) =>
      same(async (query) => {
        const { total, ...maps } = await countWarehouse(query, instance, { account, before: firstOfJuly, without });
        return { total, byStatus: sorted(maps.byStatus), duplicates: sorted(maps.duplicates) };
      });

    test('counts by status, and what is doubled', async () => {
      const { total } = await count(null, []);
      expect(total > 0).toBe(name !== 'empty');
      const newer = await same(async (query) => (await collect(newerIds(query, instance, null, since))).sort());
      await count(null, newer.slice(0, 2));
    });

    test('counts of one account, whose name has a quote in it', async () => {
      await count("nobody's", []);
    });

    test('the payments held, all, of a status and by id', async () => {
      const held = (of: Parameters<typeof heldPayments>[3]) =>
        same(async (query) => byId(await collect(heldPayments(query, instance, { account: null, before: since }, of))));
      const all = await held(null);
      const of = all.slice(0, 3).map(({ id }) => id);
      if (of.length > 0) expect((await held({ ids: of })).map(({ id }) => id)).toEqual(of);
      await held({ statuses: ['paid', 'succeeded'] });
    });

    test('ids under more than one created_at', async () => {
      await same((query) => doubledIds(query, instance, null));
    });
  });
});
