import { allViews } from '../../lambdas/warehouse/all-views.ts';
import { anonymousViews } from '../../lambdas/warehouse/anonymous-views.ts';
import { sqlType } from '../../lambdas/warehouse/sql.ts';
import { bothInstances } from '../support/lake-builder.ts';
import { type Engines, expectSameAnswer, openEngines } from './engines.ts';
import { lakeNames } from './engines-description.ts';

const views = allViews(bothInstances, 'trino');
const columnsOf = (columns: (typeof views)[number]['columns']) => columns.map(({ name }) => `"${name}"`).join(', ');

describe.each(lakeNames)('the lake %s', (name) => {
  let engines: Engines;
  beforeAll(async () => {
    engines = await openEngines(name);
  });
  afterAll(() => engines.close());

  test.each(views)('$name: the same rows and types from both engines', async ({ name: view, columns }) => {
    const { rows, columns: answered } = await expectSameAnswer(engines, `SELECT * FROM ${view}`);
    expect(answered.map((each) => each.split(' ')[0])).toEqual(columns.map((each) => each.name));
    if (name === 'empty') expect(rows).toEqual([]);
    // Nothing has counted this lake's payments against the API's.
    else if (view !== 'reconciliations') expect(rows.length).toBeGreaterThan(0);
  });
});

test.each(views)('$name: its types are what the catalog says', async ({ name: view, columns }) => {
  const engines = await openEngines('empty');
  try {
    const { columns: answered } = await engines.trino(`SELECT * FROM ${view}`);
    expect(answered).toEqual(columns.map(({ name, type }) => ({ name, type: sqlType(type, 'trino') })));
  } finally {
    engines.close();
  }
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
  const [before, after] = [await openEngines('hostile'), await openEngines(name)];
  try {
    for (const view of views) {
      const sql = `SELECT ${columnsOf(view.columns)} FROM ${view.name}`;
      const [one, other] = (await Promise.all([before.duck(sql), after.duck(sql)])).map(({ rows }) =>
        rows.map(String).sort(),
      );
      expect({ view: view.name, rows: other }).toEqual({ view: view.name, rows: one });
    }
  } finally {
    before.close();
    after.close();
  }
});
