import { columnTypes } from './column.ts';
import { refuseContestedPlaces } from './place-rules.ts';
import { refuseWrongShape } from './shared-rules.ts';
import type { Source } from './source.ts';
import type { Column, Table } from './table.ts';

const identifier = /^[a-z_][a-z0-9_]*$/;

/** Glue refuses a longer column comment, and only at deploy. */
const meaningLimit = 255;

type Refuse = (where: string, rule: string) => never;

/** What a definition must hold; checked once, when the source is defined. */
export function refuseWrongDefinition(source: Source): void {
  const refuse: Refuse = (where, rule) => {
    throw new TypeError(`${source.name}.${where}: ${rule}`);
  };
  if (!identifier.test(source.name)) refuse('name', `a source's name is snake_case, got '${source.name}'`);
  for (const table of source.tables) {
    checkTable(table, refuse);
    checkNesting(source, table, refuse);
  }
  if (!source.payments.columns.some(({ path }) => path === 'id')) refuse('payments', "declares 'id'");
  refuseWrongShape(source, refuse);
  for (const [path, why] of Object.entries(source.neverStored)) checkMeaning(`neverStored.${path}`, why, refuse);
  refuseContestedPlaces(source, refuse);
}

function checkTable(table: Table, refuse: Refuse): void {
  if (!identifier.test(table.name)) refuse(table.name, "a table's name is snake_case");
  checkMeaning(table.name, table.meaning, refuse);
  const seen = new Map<string, string | null>();
  for (const column of table.columns) {
    const where = `${table.name}.${column.path ?? column.name}`;
    checkName(column, where, refuse);
    if (seen.has(column.name)) {
      const owner = seen.get(column.name) ?? 'the pipeline itself';
      refuse(where, `column '${column.name}' is taken by '${owner}'; give it another name with named()`);
    }
    seen.set(column.name, column.path);
    if (!columnTypes.has(column.type)) {
      refuse(where, `type is one of ${[...columnTypes].join(', ')}, got '${column.type}'`);
    }
    checkPersonal(column, where, refuse);
    checkMeaning(where, column.meaning, refuse);
  }
  const key = table.shape === 'entries' && table.columns.find(({ name }) => name === 'key');
  if (key && key.type !== 'text') refuse(`${table.name}.key`, `the key of a map is text, got '${key.type}'`);
}

/** A hash is text; and what finds a row again can be neither hashed nor dropped. */
function checkPersonal({ name, type, personal }: Column, where: string, refuse: Refuse): void {
  if (personal === undefined) return;
  if (type !== 'text' && type !== 'json') refuse(where, `only text and json can be personal, got '${type}'`);
  if (name === 'payment_id' || name === 'key') refuse(where, `'${name}' finds the row again and cannot be personal`);
}

function checkName({ name, path }: Column, where: string, refuse: Refuse): void {
  if (!identifier.test(name)) refuse(where, `a column's name is snake_case, got '${name}'`);
  // The views add columns of their own, and the partition is one too.
  if (path !== null && (name.startsWith('_') || name === 'month')) {
    refuse(where, `'month' and names that begin with '_' are the pipeline's own, got '${name}'; use named()`);
  }
}

function checkNesting(source: Source, table: Table, refuse: Refuse): void {
  if (table.shape === 'record' && table !== source.payments) {
    refuse(table.name, `only payments is of shape record, got '${table.name}' too`);
  }
  const outer = table.path.slice(0, Math.max(0, table.path.lastIndexOf('[].')));
  const isNested = outer !== '';
  if (isNested !== (table.parent !== undefined)) {
    refuse(table.name, `a table below another names its parent, and only such a one; path '${table.path}'`);
  }
  if (outer.includes('[].')) refuse(table.name, `a table lies at most one below another; path '${table.path}'`);
  const before = source.tables.slice(0, source.tables.indexOf(table));
  if (isNested && !before.some(({ path, shape }) => path === outer && shape === 'elements')) {
    refuse(table.name, `'${table.path}' lies below '${outer}', which is declared before it as a table of elements`);
  }
}

function checkMeaning(where: string, meaning: string, refuse: Refuse): void {
  if (meaning.trim() === '') refuse(where, 'says what it means');
  if (meaning.length > meaningLimit || /[\r\n]/.test(meaning)) {
    refuse(where, `its meaning is one line of at most ${meaningLimit} characters, got ${meaning.length}`);
  }
}
