import { createHmac } from 'node:crypto';
import { checkoutPage } from '../../../lambdas/sources/checkout-page.ts';
import { text } from '../../../lambdas/sources/column.ts';
import { commet } from '../../../lambdas/sources/commet.ts';
import type { Value } from '../../../lambdas/sources/row.ts';
import { defineSource, type Source } from '../../../lambdas/sources/source.ts';
import { record, values } from '../../../lambdas/sources/table.ts';
import { compileFlatten } from '../../../lambdas/transform/flatten.ts';
import {
  hashedUnder,
  isPersonalDataKey,
  normalised,
  type PersonalData,
} from '../../../lambdas/transform/personal-data.ts';

const key = '0123456789abcdef'.repeat(4);
const hashing = hashedUnder(key);
const dropping: PersonalData = { mode: 'drop' };
const hmac = (normal: string) => createHmac('sha256', Buffer.from(key, 'hex')).update(normal).digest('hex');
const ada = hmac('ada@example.com');

const drift: string[] = [];
beforeEach(() => void drift.splice(0));

function flat(source: Source, personal: PersonalData, json: Record<string, unknown>) {
  const flatten = compileFlatten(
    source,
    (kind, table, path, type) => drift.push([kind, table, path, type].join(' ')),
    personal,
  );
  const { hash, rows } = flatten({ id: 'p1', ...json }, 0);
  const cells = (table: string, ...columns: string[]): Value[][] => {
    const number = source.tables.findIndex(({ name }) => name === table);
    const places = columns.map((name) => source.tables[number]?.columns.findIndex((each) => each.name === name) ?? -1);
    return (rows[number] ?? []).map((row) => places.map((place) => row[place] as Value));
  };
  return { hash, cells };
}

describe('one person is one hash', () => {
  test('HMAC-SHA256 in hex under the bytes of the key: anybody who has it can look a person up', () => {
    const { cells } = flat(checkoutPage, hashing, { customerEmail: 'ada@example.com' });
    expect(cells('payments', 'customer_email')).toEqual([[ada]]);
  });

  test('however an e-mail address is written, in every column of both sources', () => {
    const page = flat(checkoutPage, hashing, {
      customerEmail: '  Ada@Example.COM ',
      billing: { email: 'ADA@example.com', name: 'ada@example.com' },
      fields: [{ value: 'Ada@example.com\n' }],
      queryParameters: { who: 'ada@Example.com' },
    });
    expect(page.cells('payments', 'customer_email', 'billing_email', 'billing_name')).toEqual([[ada, ada, ada]]);
    expect(page.cells('fields', 'value')).toEqual([[ada]]);
    expect(page.cells('query_parameters', 'key', 'value')).toEqual([['who', ada]]);
    const payment = flat(commet, hashing, { description: 'ada@example.com', metadata: { mail: ' ada@example.com' } });
    expect(payment.cells('payments', 'description')).toEqual([[ada]]);
    // JSON text, as the column says: json_extract_scalar gives the hash that other columns have.
    expect(payment.cells('metadata', 'key', 'value')).toEqual([['mail', `"${ada}"`]]);
  });

  test.each([
    ['name', ' Zoe\u0308 ', 'Zo\u00eb'],
    ['name', 'Ada', 'Ada'],
    ['phone', '+49 (0)30 / 123-45.6', '+49030123456'],
    ['address', ' 1 High St ', '1 High St'],
    ['free text', 'Hello World', 'Hello World'],
    ['email', 'no address', 'no address'],
  ] as const)('a %s is normalised: %j is %j', (kind, given, normal) => {
    expect(normalised(kind, given)).toBe(normal);
  });

  test('a value of a map that is no text is hashed as JSON whose keys are sorted', () => {
    const { cells } = flat(commet, hashing, { metadata: { age: 41, more: { b: 1, a: [true] } } });
    expect(cells('metadata', 'value')).toEqual([[`"${hmac('41')}"`], [`"${hmac('{"a":[true],"b":1}')}"`]]);
  });

  test('another key gives other hashes, and is told apart without being told', () => {
    const other = hashedUnder('f'.repeat(64));
    const of = (personal: PersonalData) =>
      flat(commet, personal, { description: 'x' }).cells('payments', 'description');
    expect(of(other)).not.toEqual(of(hashing));
    expect(hashing).toMatchObject({ keyCheck: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(other).not.toMatchObject({ keyCheck: (hashing as { keyCheck: string }).keyCheck });
  });

  test.each([[''], ['0'.repeat(63)], ['g'.repeat(64)], [`${'0'.repeat(64)}\n`]])('no key: %j', (given) => {
    expect(isPersonalDataKey(given)).toBe(false);
  });
});

test('null stays null, and empty text empty', () => {
  const given = { customerEmail: '', userAgent: null, billing: { name: '  ' } };
  const of = (personal: PersonalData) =>
    flat(checkoutPage, personal, given).cells(
      'payments',
      'customer_email',
      'user_agent',
      'billing_name',
      'shipping_name',
    );
  expect(of(hashing)).toEqual([['', null, '', null]]);
  expect(of(dropping)).toEqual([[null, null, null, null]]);
});

test.each([
  ['hash', hashing],
  ['drop', dropping],
])('under %s, what is not personal is as it was, and what was not foreseen is counted as ever', (_, personal) => {
  const given = {
    customerEmail: 'ada@example.com',
    billing: { address: { line1: 'x', country: 'DE', planet: 'Earth' } },
    amount: 'ten',
    status: 'unheard of',
    surprise: { deep: ['x'] },
    apiToken: 'secret',
    transactionIds: ['t1', 7],
  };
  const kept = flat(checkoutPage, { mode: 'keep' }, given);
  const noted = drift.splice(0);
  const { cells, hash } = flat(checkoutPage, personal, given);
  expect(drift).toEqual(noted);
  expect(noted.length).toBe(5);
  expect(hash).not.toBe(kept.hash);
  const columns = ['payment_id', 'billing_address_country', 'status', 'amount'];
  expect(cells('payments', ...columns)).toEqual(kept.cells('payments', ...columns));
  expect(cells('payments', '_extra')).toEqual([
    ['{"amount":"string","billing":{"address":{"planet":"string"}},"surprise":"object"}'],
  ]);
  expect(cells('transactions', 'position', 'transaction_id', '_extra')).toEqual([
    [0, 't1', null],
    [1, null, '"number"'],
  ]);
});

test('a personal column with documented words, and a list of personal values, are no exception', () => {
  const source = defineSource({
    ...commet,
    tables: {
      payments: record('Payments.', {
        ...Object.fromEntries(
          commet.payments.columns.filter(({ path }) => path !== null).map(({ path, name, ...field }) => [path, field]),
        ),
        mood: text('How the customer felt.', { personal: 'free text', values: ['glad'] }),
      }),
      names: values('names', 'Names.', 'name', text('A name.', { personal: 'name' })),
    },
  });
  const of = (personal: PersonalData) => {
    const { cells } = flat(source, personal, { mood: 'glad', names: ['Ada', ''] });
    return [cells('payments', 'mood'), cells('names', 'name')];
  };
  expect(of(hashing)).toEqual([[[hmac('glad')]], [[hmac('Ada')], ['']]]);
  expect(of(dropping)).toEqual([[[null]], [[null], [null]]]);
  expect(drift).toEqual([]);
});
