import { countWarehouse } from '../../../lambdas/upkeep/warehouse-count.ts';
import { openLakeQuery } from '../../../local/lake-query.ts';
import { checkoutPageInstance, emptyFolder } from '../../support/lake-builder.ts';

const ids = (count: number): string[] => Array.from({ length: count }, (_, at) => `${at}`.padStart(36, '0'));

test('as many ids are left out of a count as a statement of Athena, 256 KB, can name; with more it is not begun', async () => {
  const lake = await openLakeQuery(emptyFolder(), [checkoutPageInstance]);
  const asked: string[] = [];
  const query = { ...lake, run: (sql: string) => lake.run(asked[asked.push(sql) - 1] as string) };
  const count = (without: string[]) =>
    countWarehouse(query, checkoutPageInstance, { account: 'seller', before: Date.UTC(2026, 6, 1), without });
  try {
    expect(await count(ids(6000))).toMatchObject({ total: 0 });
    expect(Buffer.byteLength(String(asked))).toBeLessThan(256 * 1024);
    await expect(count(ids(6001))).rejects.toThrow(
      'checkout_page: 6001 payments changed since the last completed sync, too many to be left out of the count; run payments-lake sync checkout_page first',
    );
    expect(asked).toHaveLength(1);
  } finally {
    lake.close();
  }
});
