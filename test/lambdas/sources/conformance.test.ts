import { statuses } from '../../../lambdas/sources/shared-shape.ts';
import type { Source } from '../../../lambdas/sources/source.ts';
import type { Column, Table } from '../../../lambdas/sources/table.ts';
import { reservedNames, tableName } from '../../../lambdas/warehouse/instance.ts';
import { type Documented, type Letter, pathsOf } from '../../support/documented.ts';
import { documentedOf, placesOf, sourcesUnderTest } from '../../support/source-under-test.ts';

const typeOf: Readonly<Record<Letter, Pick<Column, 'type' | 'unit'>>> = {
  T: { type: 'text' },
  M: { type: 'integer', unit: 'minor units' },
  I: { type: 'integer' },
  F: { type: 'double' },
  '%': { type: 'double', unit: 'percent' },
  B: { type: 'boolean' },
  D: { type: 'instant' },
  J: { type: 'json' },
};

const lastOfEveryRow = ['_extra', '_load_id', '_loaded_at'];
const lastOfPayments = ['_hash', '_version_at', '_deleted_at', '_superseded_at'];

const namesOf = (table: Table): string[] => table.columns.map(({ name }) => name);

/** Columns a table has whatever is declared, at its two ends. */
function ends(table: Table): { first: string[]; last: string[] } {
  if (table.shape === 'record') return { first: [], last: [...lastOfEveryRow, ...lastOfPayments] };
  const outer = table.parent ? [`${table.parent}_position`] : [];
  const own = table.shape === 'entries' ? 'key' : 'position';
  return { first: ['payment_id', 'payment_created_at', ...outer, own], last: lastOfEveryRow };
}

describe.each(sourcesUnderTest)('%s', (name: string, source: Source) => {
  let documented: Documented;
  beforeAll(async () => {
    documented = await documentedOf(source);
  });

  it('asks where and how the document says', () => {
    expect([source.baseUrl, source.list.path]).toEqual(documented.url);
    expect(source.baseUrl).toMatch(/^https:\/\/[^/].*[^/]$/);
    expect(source.credential.header).toBe(documented.credential);
    expect(Object.keys(source.headers)).not.toContain(source.credential.header);
    expect(source.paging).toEqual(documented.paging);
    expect(source.list.pageSize).toBe(documented.pageSizeLimit);
    expect(source.rateLimit).toEqual({
      requestsPerMinute: documented.requestsPerMinute,
      retryWithoutRetryAfter: documented.retriesWithoutRetryAfter,
    });
    const { single, list } = source;
    if (single?.kind === 'path') expect(single.path).toContain(':id');
    if (single?.kind === 'search') {
      expect(Object.keys(list.filters)).toContain(single.filter);
      expect(source.payments.columns.map(({ path }) => path)).toContain(single.by);
    }
    if (list.statusFilter !== undefined) expect(Object.keys(list.filters)).toContain(list.statusFilter);
  });

  it('takes the documented filters, and of their values only what the API takes', () => {
    expect(Object.keys(source.list.filters).sort()).toEqual(Object.keys(documented.filters).sort());
    for (const [filter, { meaning, pattern = /^/ }] of Object.entries(source.list.filters)) {
      expect(meaning).not.toBe('');
      const { takes = [], refuses = [] } = documented.filters[filter] ?? {};
      expect(takes.filter((value) => !pattern.test(value))).toEqual([]);
      expect(refuses.filter((value) => pattern.test(value))).toEqual([]);
    }
  });

  it('knows the documented statuses, and which of them an old payment can come to or leave', () => {
    const { values = [] } = placesOf(source).get(documentedPath(source, source.shared.status))?.column ?? {};
    expect([...values].sort()).toEqual([...documented.statuses].sort());
    expect([...source.lateStatuses, ...source.openStatuses].filter((status) => !values.includes(status))).toEqual([]);
    expect(source.lateStatuses.filter((status) => source.openStatuses.includes(status))).toEqual([]);
    expect(source.lookbackDays).toBeGreaterThan(0);
    expect(source.fullReadingDays).toBeGreaterThan(0);
  });

  it('has the tables of the design, payments first, under names nobody else has', () => {
    expect(source.tables.map((table) => table.name).sort()).toEqual([...documented.tables].sort());
    expect(source.tables[0]).toBe(source.payments);
    const names = source.tables.map((table) => tableName({ name, source }, table));
    expect(names.filter((table) => reservedNames.has(table) || table.length > 255)).toEqual([]);
  });

  it('has a column of the right type for every documented field but secrets, and none besides', () => {
    const declared = [...placesOf(source)].map(([path, { column }]) => [path, column.type, column.unit]);
    const expected = [...pathsOf(documented.fields)]
      .filter(([path]) => !documented.secrets.includes(path))
      .map(([path, letter]) => [path, typeOf[letter].type, typeOf[letter].unit]);
    expect(sortedLines(declared)).toEqual(sortedLines(expected));
  });

  it('stores no secret', () => {
    expect(Object.keys(source.neverStored).sort()).toEqual([...documented.secrets].sort());
    expect([...placesOf(source).keys()].filter((path) => documented.secrets.includes(path))).toEqual([]);
  });

  it('marks exactly the personal columns', () => {
    const marked = [...placesOf(source)].filter(([, { column }]) => column.personal).map(([path]) => path);
    const isPersonal = (path: string): boolean =>
      !documented.notPersonal.includes(path) &&
      documented.personal.some((rule) => (rule.endsWith('.*') ? path.startsWith(rule.slice(0, -1)) : path === rule));
    expect(marked.sort()).toEqual([...pathsOf(documented.fields).keys()].filter(isPersonal).sort());
  });

  it('begins each row with its keys, and ends it with what the pipeline adds', () => {
    for (const table of source.tables) {
      const { first, last } = ends(table);
      expect(namesOf(table).slice(0, first.length)).toEqual(first);
      expect(namesOf(table).slice(-last.length)).toEqual(last);
      expect(table.rowKey).toEqual(first.filter((column) => !column.startsWith('payment_')));
    }
    expect(namesOf(source.payments)).toContain('payment_id');
  });

  it('gives each column a snake_case name of its own and a meaning that fits a Glue comment', () => {
    for (const table of source.tables) {
      expect(new Set(namesOf(table)).size).toBe(table.columns.length);
      for (const column of table.columns) {
        expect(column.name).toMatch(column.path === null ? /^_?[a-z][a-z0-9_]*$/ : /^[a-z][a-z0-9_]*$/);
        expect(column.name).not.toBe('month');
      }
      for (const { meaning } of [table, ...table.columns]) expect(meaning).toMatch(/^\S.{0,253}\S$/);
    }
  });

  it('gives every documented status a meaning in the one vocabulary, and no other word', () => {
    expect(Object.keys(source.statuses).sort()).toEqual([...documented.statuses].sort());
    expect(Object.values(source.statuses).filter((status) => !statuses.includes(status))).toEqual([]);
  });

  it('tells the account by a declared field of the payment', () => {
    expect(placesOf(source).get(source.account)?.table).toBe(source.payments);
  });
});

const sortedLines = (rows: readonly (readonly unknown[])[]): string[] => rows.map((row) => row.join(' ')).sort();

const documentedPath = (source: Source, name: string): string =>
  source.payments.columns.find((column) => column.name === name)?.path ?? '';
