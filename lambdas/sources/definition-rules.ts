import { columnTypes } from './column.ts';
import type { Source } from './source.ts';
import type { Table } from './table.ts';

const identifier = /^[a-z_][a-z0-9_]*$/;

/** Glue refuses a longer column comment, and only at deploy. */
const meaningLimit = 255;

/** What a definition must hold; checked once, when the source is defined. */
export function refuseWrongDefinition(source: Source): void {
  const refuse = (where: string, rule: string): never => {
    throw new TypeError(`${source.name}.${where}: ${rule}`);
  };
  if (!identifier.test(source.name)) refuse('name', `a source's name is snake_case, got '${source.name}'`);
  for (const table of source.tables) checkTable(source, table, refuse);
  for (const [role, column] of Object.entries(source.shared)) {
    if (!source.payments.columns.some(({ name }) => name === column)) {
      refuse(`shared.${role}`, `names a column of payments, got '${column}'`);
    }
  }
  for (const path of ['id', ...Object.keys(source.neverStored)]) {
    const declared = source.payments.columns.some((column) => column.path === path);
    if (declared !== (path === 'id')) {
      refuse('payments', path === 'id' ? "declares 'id'" : `'${path}' is never stored, so it has no column`);
    }
  }
  for (const [path, why] of Object.entries(source.neverStored)) checkMeaning(`neverStored.${path}`, why, refuse);
}

function checkTable(source: Source, table: Table, refuse: (where: string, rule: string) => never): void {
  if (!identifier.test(table.name)) refuse(table.name, "a table's name is snake_case");
  checkMeaning(table.name, table.meaning, refuse);
  const seen = new Map<string, string | null>();
  for (const column of table.columns) {
    const where = `${table.name}.${column.path ?? column.name}`;
    if (!identifier.test(column.name)) refuse(where, `a column's name is snake_case, got '${column.name}'`);
    if (seen.has(column.name)) {
      refuse(where, `column '${column.name}' is taken by '${seen.get(column.name) ?? 'the pipeline itself'}'`);
    }
    seen.set(column.name, column.path);
    if (!columnTypes.has(column.type))
      refuse(where, `type is one of ${[...columnTypes].join(', ')}, got '${column.type}'`);
    checkMeaning(where, column.meaning, refuse);
  }
  const outer = table.path.slice(0, Math.max(0, table.path.lastIndexOf('[].')));
  const isNested = outer !== '';
  if (isNested !== (table.parent !== undefined)) {
    refuse(table.name, `a table below another names its parent, and only such a one; path '${table.path}'`);
  }
  if (outer.includes('[].')) refuse(table.name, `a table lies at most one below another; path '${table.path}'`);
  if (isNested && !source.tables.some(({ path, shape }) => path === outer && shape === 'elements')) {
    refuse(table.name, `'${table.path}' lies below '${outer}', which is declared as a table of elements`);
  }
  if (source.tables.some((other) => other !== table && other.path === table.path)) {
    refuse(table.name, `path '${table.path}' is declared by one table only`);
  }
}

function checkMeaning(where: string, meaning: string, refuse: (where: string, rule: string) => never): void {
  if (meaning.trim() === '') refuse(where, 'says what it means');
  if (meaning.length > meaningLimit || /[\r\n]/.test(meaning)) {
    refuse(where, `its meaning is one line of at most ${meaningLimit} characters, got ${meaning.length}`);
  }
}
