import * as fc from 'fast-check';
import type { Source } from '../../lambdas/sources/source.ts';
import type { Column } from '../../lambdas/sources/table.ts';

type Json = fc.JsonValue;

/** Units of our own, since fast-check's take a second to set up. */
const character = fc
  .oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) },
    fc.nat(0xd7ff),
    fc.integer({ min: 0xe000, max: 0x10ffff }),
  )
  .map((code) => String.fromCodePoint(code));

const halfOfPair = fc.integer({ min: 0xd800, max: 0xdfff }).map((code) => String.fromCharCode(code));

/** Texts that broke somebody's pipeline: emoji, right-to-left, control characters, lone surrogates, look-alikes. */
const oddText = fc.oneof(
  { weight: 10, arbitrary: fc.string({ unit: character, maxLength: 12 }) },
  fc.string({ unit: fc.oneof(character, halfOfPair), maxLength: 4 }),
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      '',
      ' ',
      '0',
      'null',
      'true',
      '9007199254740993',
      '2026-02-30T00:00:00Z',
      '2026-01-01',
      '\u0000',
      '\ufeffmark',
      '\ud83d',
      '👩‍👩‍👧',
      'שלום',
      '\uffff',
      'é',
      'x'.repeat(300),
    ),
  },
);

const oddKey = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    '',
    'id',
    'ID',
    'a.b',
    'a\nb',
    'client_secret',
    'Api-Key',
    'accessToken',
    'k'.repeat(300),
    '\udc00',
    '🗝',
  ),
  oddText,
);

const oddNumber = fc.oneof(
  fc.constantFrom(
    0,
    -0,
    1.5,
    -1,
    2 ** 53,
    -(2 ** 53),
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER,
    5e-324,
    1.7976931348623157e308,
    Number.POSITIVE_INFINITY,
  ),
  fc.integer(),
  fc.double({ noNaN: true }),
);

const oddInstant = fc.oneof(
  fc
    .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  fc.constantFrom(
    '1969-12-31T23:59:59.999Z',
    '2026-06-30T23:59:60Z',
    '2024-02-29T12:00:00+05:30',
    '2024-02-29t12:00:00.123456789z',
    '2026-01-01T00:00:00',
  ),
);

const leaf: fc.Arbitrary<unknown> = fc.oneof(fc.constant(null), fc.boolean(), oddNumber, oddText, oddInstant);

/** Own keys only, `__proto__` among them, as JSON.parse makes them. */
const objectOf = (entries: readonly (readonly [string, unknown])[]): Record<string, unknown> => {
  const object: Record<string, unknown> = {};
  for (const [key, value] of entries)
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  return object;
};

const anyJson: fc.Arbitrary<unknown> = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.array(fc.tuple(oddKey, tie('json')), { maxLength: 3 }).map(objectOf),
  ),
})).json;

function fitting(column: Column): fc.Arbitrary<unknown> {
  if (column.type === 'boolean') return fc.boolean();
  if (column.type === 'integer') return fc.oneof(fc.maxSafeInteger(), oddNumber);
  if (column.type === 'double') return oddNumber;
  if (column.type === 'instant') return oddInstant;
  return column.type === 'json' ? anyJson : oddText;
}

type Members = { [name: string]: fc.Arbitrary<unknown> | Members };

const isArbitrary = (member: fc.Arbitrary<unknown> | Members): member is fc.Arbitrary<unknown> => 'generate' in member;

/** Mostly what the declaration says, now and then anything, now and then missing; unknown members beside. */
function objectFrom(members: Members): fc.Arbitrary<unknown> {
  const model: Record<string, fc.Arbitrary<unknown>> = {};
  for (const [name, member] of Object.entries(members)) {
    const right = isArbitrary(member) ? member : objectFrom(member);
    model[name] = fc.oneof(
      { weight: 6, arbitrary: right },
      { weight: 1, arbitrary: anyJson },
      { weight: 1, arbitrary: fc.constant(null) },
    );
  }
  return fc
    .tuple(fc.record(model, { requiredKeys: [] }), fc.array(fc.tuple(oddKey, anyJson), { maxLength: 2 }))
    .map(([known, unknown]) =>
      objectOf([...unknown.filter(([key]) => !Object.hasOwn(members, key)), ...Object.entries(known)]),
    );
}

function put(members: Members, path: readonly string[], arbitrary: fc.Arbitrary<unknown>): void {
  const [first, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) members[first] = arbitrary;
  else {
    members[first] ??= {};
    put(members[first] as Members, rest, arbitrary);
  }
}

/** What stands under every path that is never stored: a word to look for in what was made of a record. */
export const neverStoredValue = 'pi_1_never_stored_2';

/** The steps from a table's own object to what lies directly below it; null for what lies elsewhere. */
function belowPath(table: string, path: string): string[] | null {
  if (path === '' || (table !== '' && !path.startsWith(`${table}[].`))) return null;
  const below = table === '' ? path : path.slice(table.length + '[].'.length);
  return below.includes('[]') ? null : below.split('.');
}

/** Any record a source could send, and many it should not; `id` is a text, since a page without one is refused. */
export function hostileRecord(source: Source): fc.Arbitrary<Record<string, Json>> {
  const membersOf = (path: string): Members => {
    const members: Members = {};
    const table = source.tables.find((each) => each.path === path);
    for (const column of table?.columns ?? []) if (column.path) put(members, column.path.split('.'), fitting(column));
    for (const child of source.tables) {
      const below = belowPath(path, child.path);
      if (below) put(members, below, arrayOrMap(child.path));
    }
    for (const secret of Object.keys(source.neverStored)) {
      const below = belowPath(path, secret);
      if (below) put(members, below, fc.constant(neverStoredValue));
    }
    return members;
  };
  const arrayOrMap = (path: string): fc.Arbitrary<unknown> => {
    const table = source.tables.find((each) => each.path === path);
    if (table?.shape === 'entries')
      return fc.array(fc.tuple(oddKey, fc.oneof(oddText, anyJson)), { maxLength: 4 }).map(objectOf);
    const value = table?.shape === 'values' && table.columns.find((column) => column.path !== null);
    const element = value ? fitting(value) : objectFrom(membersOf(path));
    return fc.array(fc.oneof({ weight: 5, arbitrary: element }, { weight: 1, arbitrary: anyJson }), { maxLength: 3 });
  };
  const members = membersOf('');
  delete members.id;
  return fc
    .tuple(
      objectFrom(members),
      oddText.map((text) => `p${text.toWellFormed()}`),
    )
    .map(
      ([record, id]) =>
        objectOf([...Object.entries(record as object).filter(([key]) => key !== 'id'), ['id', id]]) as Record<
          string,
          Json
        >,
    );
}
