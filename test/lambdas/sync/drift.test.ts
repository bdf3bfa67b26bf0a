import { copyFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hashedUnder } from '../../../lambdas/transform/personal-data.ts';
import { sharedTables } from '../../../lambdas/warehouse/history-tables.ts';
import { startCommet } from '../../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { contentOf, placesOf } from '../../support/byte-scan.ts';
import { compactAll, compactionOf, deletedBy } from '../../support/compact-all.ts';
import { answerOf, commetInstance } from '../../support/lake-builder.ts';
import { stateOf } from '../../support/lake-copy.ts';
import { Mortal } from '../../support/mortal.ts';
import { closeBenches, type SyncBench, syncBench, today, withPagesOf } from '../../support/sync-bench.ts';

const instance = withPagesOf(6, commetInstance);
/** Every page is a load. */
const settings = { loadRows: 1 };
const payments = 12;
const value = 'vAlUe_n0body_may_find';
let api: SampleApi;

beforeEach(async () => {
  api = await startCommet({ payments, months: 1, until: new Date('2026-06-30T23:00:00Z'), now: () => today });
});
afterEach(async () => {
  await api.close();
  await closeBenches();
});

const edit = (index: number, fields: Record<string, unknown>) => api.edit(api.record(index)?.id as string, fields);

const driftOf = async ({ dir }: SyncBench) => {
  const sql = `SELECT kind, table_name, path, json_type, "count", shape FROM drift ORDER BY ALL`;
  return (await answerOf(dir, [instance], sql)).rows.map(([kind, table, path, type, count, shape]) =>
    [kind, table, path, type, Number(count), shape].join(' '),
  );
};

test('what the source does not declare stands in drift, once for all loads, with its count and a shape', async () => {
  for (let index = 0; index < payments; index++) edit(index, { risk: { score: index, rules: [{ name: value }] } });
  edit(2, { status: 'reversed' });
  edit(3, { amountTotal: 'a lot' });
  const bench = await syncBench(api, instance);
  const summary = await bench.sync({ settings });
  expect(summary).toMatchObject({ status: 'done', unknownFields: payments, misfits: 1, unknownValues: 1 });
  const risk = `unknown field commet_payments risk object`;
  const others = (count: number) => [
    `unknown value commet_payments status string ${count} "string"`,
    `value did not fit commet_payments amountTotal string ${count} "string"`,
  ];
  const shape = '{"rules":[{"name":"string"}],"score":"number"}';
  expect(await driftOf(bench)).toEqual([`${risk} ${payments} ${shape}`, ...others(1)]);
  // Read again and unchanged: met again.
  bench.clock.at += 60_000;
  await bench.sync({ settings });
  expect(await driftOf(bench)).toEqual([`${risk} ${2 * payments} ${shape}`, ...others(2)]);
  const { rows } = await answerOf(bench.dir, [instance], 'SELECT DISTINCT first_seen_at < last_seen_at FROM drift');
  expect(rows).toHaveLength(1);
});

test('a sync that meets nothing unknown leaves no file of drift', async () => {
  const bench = await syncBench(api, instance);
  await bench.sync({ settings });
  expect(await bench.store.list('warehouse/drift/')).toEqual([]);
  expect(await driftOf(bench)).toEqual([]);
});

test('killed at any step that may tell on it, drift is neither lost nor doubled, nor by a file present twice', async () => {
  for (let index = 0; index < payments; index++) edit(index, { risk: index });
  const killedAt = async (bench: SyncBench, moment: number, onMoment?: ConstructorParameters<typeof Mortal>[1]) => {
    const mortal = new Mortal(moment, onMoment);
    const world = { store: mortal.store(bench.store), checkpoints: mortal.checkpoints(bench.dynamo.client) };
    await bench.sync({ settings, ...world }).catch(() => {});
    return mortal;
  };
  const whole = await syncBench(api, instance);
  const stood = new Set<string>();
  const moments: number[] = [];
  // Where the lake stands as at a moment before, a kill leaves the same, and is not made again.
  const { passed } = await killedAt(whole, Number.POSITIVE_INFINITY, async (moment, name) => {
    if (!/drift|after move sync#|before put.*loads/.test(name)) return;
    const stands = await stateOf(whole);
    if (!stood.has(stands)) moments.push(moment);
    stood.add(stands);
  });
  expect(moments.length).toBeGreaterThan(6);
  for (const moment of moments) {
    const bench = await syncBench(api, instance);
    await killedAt(bench, moment);
    expect(await bench.sync({ settings })).toMatchObject({ status: 'done', unknownFields: payments });
    for (const { key } of await bench.store.list('warehouse/drift/')) {
      copyFileSync(join(bench.dir, key), join(bench.dir, dirname(key), `again-${key.slice(-60)}`));
    }
    // Killed when it was done already, the second sync is another one and meets everything again.
    const { rows } = await answerOf(bench.dir, [instance], `SELECT sum(records) FROM loads WHERE kind = 'load'`);
    const read = Number(rows[0]?.[0]);
    expect([payments, 2 * payments]).toContain(read);
    const drift = [`unknown field commet_payments risk number ${read} "number"`];
    expect({ at: passed[moment], drift: await driftOf(bench) }).toEqual({ at: passed[moment], drift });
    await closeBenches();
  }
});

test('files of drift folded into one tell the same', async () => {
  for (let index = 0; index < payments; index++) edit(index, { risk: index });
  const bench = await syncBench(api, instance);
  for (let sync = 0; sync < 2; sync++) await bench.sync({ settings });
  const before = await driftOf(bench);
  // One call folds, the next deletes what was folded.
  const compaction = compactionOf(bench, { graceMs: 0 });
  const deleted = deletedBy(await compactAll(compaction, [...sharedTables, ...sharedTables]));
  expect(deleted).toBeGreaterThan(4);
  expect(await bench.store.list('warehouse/drift/')).toHaveLength(1);
  expect(await driftOf(bench)).toEqual(before);
});

test.each([
  ['keep', undefined],
  ['hash', hashedUnder('ab'.repeat(32))],
] as const)('no byte of drift holds a value, a secret name or a key of a map (%s)', async (_mode, personalData) => {
  edit(1, {
    gateway: { sessionToken: value, 'ada@example.com': value, list: [value, { nested: value }] },
    apiSecret: value,
    'grace@example.com': value,
    status: `reversed ${value}`,
    amountTotal: value,
    metadata: { 'hopper@example.com': { deep: value }, lovelace: [value] },
  });
  const bench = await syncBench(api, instance);
  await bench.sync({ settings, ...(personalData && { personalData }) });
  expect((await driftOf(bench)).length).toBeGreaterThan(2);
  const content = [...(await contentOf(bench.dir))].filter(([place]) => place.includes('drift'));
  expect(content.length).toBeGreaterThan(1);
  const searched = new Map([...content, ['drift as analysts see it', (await driftOf(bench)).join('\n')]]);
  expect(placesOf(searched, /n0body|example\.com|sessionToken|apiSecret|lovelace|hopper/i)).toEqual([]);
});
