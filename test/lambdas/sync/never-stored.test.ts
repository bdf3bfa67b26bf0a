import { readFileSync } from 'node:fs';
import { parquetjsEncoder } from '../../../lambdas/load/parquet-parquetjs.ts';
import { readRows } from '../../../lambdas/load/parquet-reader.ts';
import { tableName } from '../../../lambdas/warehouse/instance.ts';
import { tablePrefix } from '../../../lambdas/warehouse/keys.ts';
import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import { startCommet } from '../../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { checkoutPageInstance, commetInstance } from '../../support/lake-builder.ts';
import { lakeFiles } from '../../support/lake-files-on-disk.ts';
import { loadRows } from '../../support/load-rows.ts';
import { closeBenches, syncBench, today } from '../../support/sync-bench.ts';

const opened: SampleApi[] = [];
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
  await closeBenches();
});

/** A value nobody may find again, under names that say what it is. */
const secret = 'sEcReT_0f_A_tEsT';
const planted = {
  clientSecret: secret,
  apiKey: secret,
  gateway: { accessToken: secret, nested: [{ Password: secret, kept: 'kept beside a secret' }] },
};

test.each([
  ['checkout_page', checkoutPageInstance, startCheckoutPage, { queryParameters: { token: secret, utm: 'kept' } }],
  ['commet', commetInstance, startCommet, { metadata: { 'api-key': secret, note: 'kept' } }],
] as const)(
  'no byte of a lake of %s, of its checkpoints and logs holds a secret or the key',
  async (_name, instance, start, map) => {
    const api = await start({ payments: 120, months: 1, now: () => today });
    opened.push(api);
    for (const index of [3, 110]) api.edit(api.record(index)?.id as string, { ...planted, ...map });
    const bench = await syncBench(api, instance);
    const done = await bench.sync();
    api.edit(api.record(110)?.id as string, { ...map, currency: 'chf' });
    const again = await bench.sync({ encoder: parquetjsEncoder });
    const failed = await bench.sync({ key: `${api.key}_revoked` });
    expect([done, again, failed].map(({ status, written }) => [status, written])).toEqual([
      ['done', 120],
      ['done', 1],
      ['failed', 0],
    ]);
    await bench.equalsApi();

    const texts = new Map<string, string>();
    for (const path of lakeFiles(bench.dir)) texts.set(path, path + readFileSync(path, 'latin1'));
    for (const table of instance.source.tables) {
      let rows = '';
      for (const object of await bench.store.list(tablePrefix(tableName(instance, table)))) {
        for await (const group of readRows(bench.store, object, table)) rows += String(group.flat());
      }
      texts.set(`rows of ${table.name}`, rows);
    }
    texts.set('rows of loads', JSON.stringify(await loadRows(bench)));
    texts.set('checkpoints', JSON.stringify(await bench.checkpoints.readAll()));
    texts.set('logs', bench.logs.join('\n'));
    texts.set('summaries', JSON.stringify([done, again, failed]));
    const found = [...texts].filter(([, text]) =>
      [secret, '_secret_SAMPLE', api.key].some((each) => text.includes(each)),
    );
    expect(found.map(([where]) => where)).toEqual([]);
    // What is looked for is there to be found, and what stands beside a secret is kept.
    expect(JSON.stringify([...api.all()])).toContain(secret);
    expect(texts.get('rows of payments')).toContain('kept beside a secret');
  },
);
