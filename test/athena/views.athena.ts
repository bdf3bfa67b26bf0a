import { allViews } from '../../lambdas/warehouse/all-views.ts';
import { anonymousViews } from '../../lambdas/warehouse/anonymous-views.ts';
import { sqlType } from '../../lambdas/warehouse/sql.ts';
import { bothInstances } from '../support/lake-builder.ts';
import { type Engines, expectSameAnswer, openEngines } from './engines.ts';
import { type LakeName, lakeNames } from './engines-description.ts';

const views = allViews(bothInstances, 'trino');
const columnsOf = (columns: (typeof views)[number]['columns']) => columns.map(({ name }) => `"${name}"`).join(', ');

/** With the guide's lake, the only one whose payments were counted at the APIs. */
const cases = views.flatMap((view) =>
  lakeNames.flatMap((lake) => (lake !== 'guide' || view.name === 'reconciliations' ? [{ lake, ...view }] : [])),
);

const opened = new Map<LakeName, Engines>();
beforeAll(async () => {
  for (const lake of lakeNames) opened.set(lake, await openEngines(lake));
});
afterAll(() => {
  for (const engines of opened.values()) engines.close();
});

test.each(cases)(
  '$name of the lake $lake: the same rows and types from both engines',
  async ({ lake, name, columns }) => {
    const { rows, columns: answered } = await expectSameAnswer(opened.get(lake) as Engines, `SELECT * FROM ${name}`);
    expect(answered.map((each) => each.split(' ')[0])).toEqual(columns.map((each) => each.name));
    const isCounted = name !== 'reconciliations' || lake === 'guide';
    expect(rows.length > 0).toBe(lake !== 'empty' && isCounted);
  },
);

test.each(views)('$name: its types are what the catalog says', async ({ name, columns }) => {
  const { columns: answered } = await (opened.get('empty') as Engines).trino(`SELECT * FROM ${name} LIMIT 0`);
  expect(answered).toEqual(columns.map(({ name, type }) => ({ name, type: sqlType(type, 'trino') })));
});

describe('without personal columns', () => {
  let engines: Engines;
  beforeAll(async () => {
    engines = await openEngines('compacting', 'anonymous');
  });
  afterAll(() => engines.close());

  test.each(anonymousViews(bothInstances, 'trino'))(
    '$name: the same rows and types',
    async ({ name: view, columns }) => {
      const { columns: answered } = await expectSameAnswer(engines, `SELECT * FROM ${view}`);
      expect(answered.map((each) => each.split(' ')[0])).toEqual(columns.map((each) => each.name));
    },
  );
});

test.each(['compacting', 'compacted'] as const)('the lake %s shows what it showed before', async (name) => {
  const [before, after] = [opened.get('hostile'), opened.get(name)] as [Engines, Engines];
  for (const view of views) {
    const sql = `SELECT ${columnsOf(view.columns)} FROM ${view.name}`;
    const [one, other] = (await Promise.all([before.duck(sql), after.duck(sql)])).map(({ rows }) =>
      rows.map(String).sort(),
    );
    expect({ view: view.name, rows: other }).toEqual({ view: view.name, rows: one });
  }
});
