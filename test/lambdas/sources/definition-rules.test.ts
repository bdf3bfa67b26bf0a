import { type ColumnType, count, type Field, json, money, named, text } from '../../../lambdas/sources/column.ts';
import { defineSource, type SourceDeclaration } from '../../../lambdas/sources/source.ts';
import { each, entries, record, type TableDeclaration, values } from '../../../lambdas/sources/table.ts';
import { marketStall } from '../../fixtures/market_stall/source.ts';

const { payments: _payments, tables: _tables, ...rest } = marketStall;

const shared = {
  'stall.id': text('The stall.'),
  'buyer.ref': text('The buyer.'),
  state: text('Where it stands.', { values: ['open', 'paid', 'void'] }),
  'sum.currency': text('The currency.'),
  'sum.total': money('The sum.'),
  'sum.tax': money('The tax.'),
  isLive: { type: 'boolean', meaning: 'Whether it is real.' },
  'times.made': { type: 'instant', meaning: 'When it was made.' },
  'times.touched': { type: 'instant', meaning: 'When it was changed.' },
  'card.brand': text('The card.'),
} as const satisfies Record<string, Field>;

/** A source that breaks no rule but those of what it is given. */
const define = (
  fields: Record<string, Field>,
  tables: Record<string, TableDeclaration> = {},
  other: Partial<SourceDeclaration> = {},
) =>
  defineSource({
    ...rest,
    name: 'stall',
    neverStored: {},
    lineItems: [],
    tables: { payments: record('Receipts.', { id: text('The id.'), ...shared, ...fields }), ...tables },
    ...other,
  });

const field = text('A field.');

it('takes a definition that breaks no rule', () => {
  expect(define({ extra: field }).tables).toHaveLength(1);
});

describe('a name', () => {
  it('of a source is snake_case', () => {
    expect(() => define({}, {}, { name: 'Stall-1' })).toThrow(
      "Stall-1.name: a source's name is snake_case, got 'Stall-1'",
    );
  });

  it('of a table is snake_case', () => {
    expect(() => define({}, { lineItems: each('lines', 'Lines.', { sku: field }) })).toThrow(
      "stall.lineItems: a table's name is snake_case",
    );
  });

  it('of a column is snake_case', () => {
    expect(() => define({ 'vat-number': field })).toThrow(
      "stall.payments.vat-number: a column's name is snake_case, got 'vat-number'",
    );
  });

  it('of a declared column is not one of the pipeline: a leading underscore, or month', () => {
    const rule = "'month' and names that begin with '_' are the pipeline's own";
    expect(() => define({ _age: field })).toThrow(`stall.payments._age: ${rule}, got '_age'; use named()`);
    expect(() => define({ month: field })).toThrow(`stall.payments.month: ${rule}, got 'month'; use named()`);
    expect(() => define({}, { lines: each('lines', 'Lines.', { month: field }) })).toThrow('stall.lines.month');
  });

  it('is one column only, whichever way two paths come to it', () => {
    expect(() => define({ billToName: field, 'billTo.name': field })).toThrow(
      "stall.payments.billTo.name: column 'bill_to_name' is taken by 'billToName'; give it another name with named()",
    );
  });

  it('is not a key of the row', () => {
    const taken = "is taken by 'the pipeline itself'";
    const lines = (path: string) => define({}, { lines: each('lines', 'Lines.', { [path]: field }) });
    expect(() => define({ paymentId: field })).toThrow(
      "stall.payments.paymentId: column 'payment_id' is taken by 'id'",
    );
    expect(() => lines('position')).toThrow(`stall.lines.position: column 'position' ${taken}`);
    expect(() => lines('paymentId')).toThrow(`stall.lines.paymentId: column 'payment_id' ${taken}`);
  });

  it('is chosen with named() where the path makes one that is taken', () => {
    const { tables } = define({}, { lines: each('lines', 'Lines.', { position: named('shelf', count('Where.')) }) });
    expect(tables[1]?.columns.find(({ path }) => path === 'position')?.name).toBe('shelf');
  });
});

describe('a column', () => {
  it('has a type that is known', () => {
    expect(() => define({ worth: { type: 'decimal' as ColumnType, meaning: 'Its worth.' } })).toThrow(
      "stall.payments.worth: type is one of text, json, boolean, integer, double, instant, got 'decimal'",
    );
  });

  it('says what it means', () => {
    expect(() => define({ worth: text(' ') })).toThrow('stall.payments.worth: says what it means');
  });

  it('says it in one line of at most 255 characters', () => {
    const rule = 'stall.payments.worth: its meaning is one line of at most 255 characters, got';
    expect(() => define({ worth: text('x'.repeat(255)) })).not.toThrow();
    expect(() => define({ worth: text('x'.repeat(256)) })).toThrow(`${rule} 256`);
    expect(() => define({ worth: text('Its\nworth.') })).toThrow(`${rule} 10`);
    expect(() => define({ worth: text('Its\rworth.') })).toThrow(`${rule} 10`);
  });

  it('that is the key of a map is text', () => {
    expect(() => define({}, { notes: entries('notes', 'Notes.', json('The key.'), text('The note.')) })).toThrow(
      "stall.notes.key: the key of a map is text, got 'json'",
    );
  });
});

describe('a table', () => {
  it('says what it means', () => {
    expect(() => define({}, { lines: each('lines', '', { sku: field }) })).toThrow('stall.lines: says what it means');
  });

  it('below another names its parent', () => {
    expect(() =>
      define({}, { lines: each('lines', 'Lines.', {}), taxes: each('lines[].taxes', 'Taxes.', { rate: field }) }),
    ).toThrow("stall.taxes: a table below another names its parent, and only such a one; path 'lines[].taxes'");
  });

  it('below none names no parent', () => {
    expect(() => define({}, { lines: each('lines', 'Lines.', { sku: field }, 'cart') })).toThrow(
      "stall.lines: a table below another names its parent, and only such a one; path 'lines'",
    );
  });

  it('lies at most one below another', () => {
    const tables = {
      lines: each('lines', 'Lines.', {}),
      taxes: each('lines[].taxes', 'Taxes.', {}, 'line'),
      parts: each('lines[].taxes[].parts', 'Parts.', { rate: field }, 'tax'),
    };
    expect(() => define({}, tables)).toThrow(
      "stall.parts: a table lies at most one below another; path 'lines[].taxes[].parts'",
    );
  });

  it('lies below a table of elements that is declared before it', () => {
    const taxes = each('lines[].taxes', 'Taxes.', { rate: field }, 'line');
    const rule = "stall.taxes: 'lines[].taxes' lies below 'lines', which is declared before it as a table of elements";
    expect(() => define({}, { taxes })).toThrow(rule);
    expect(() => define({}, { taxes, lines: each('lines', 'Lines.', {}) })).toThrow(rule);
    expect(() => define({}, { lines: values('lines', 'Lines.', 'line', field), taxes })).toThrow(rule);
  });

  it('has its path to itself', () => {
    expect(() =>
      define({}, { lines: each('lines', 'Lines.', { sku: field }), rows: each('lines', 'Lines.', { name: field }) }),
    ).toThrow("stall.rows: 'lines' is declared by one table only");
  });
});

describe('a place in a record', () => {
  const once = (path: string) => `'${path}' is declared once and as one thing`;

  it('is a column or a table, not both', () => {
    expect(() => define({ lines: json('Lines.') }, { lines: each('lines', 'Lines.', { sku: field }) })).toThrow(
      `stall.lines.sku: ${once('lines')}, got a list here and a value by payments.lines`,
    );
    expect(() => define({ notes: json('Notes.') }, { notes: entries('notes', 'Notes.', field, field) })).toThrow(
      `stall.notes: ${once('notes')}, got a value here and a value by payments.notes`,
    );
  });

  it('is a value or an object, not both', () => {
    expect(() => define({ gift: json('The gift.'), 'gift.code': text('Its code.') })).toThrow(
      `stall.payments.gift.code: ${once('gift')}, got an object here and a value by payments.gift`,
    );
  });

  it('is an object or a list, not both', () => {
    expect(() => define({ 'fee.total': field }, { fees: each('fee', 'Fees.', { name: field }) })).toThrow(
      `stall.fees.name: ${once('fee')}, got a list here and an object by payments.fee.total`,
    );
  });
});

describe('the payments table', () => {
  const withTables = (tables: Record<string, TableDeclaration>) => () => define({}, {}, { tables });

  it('is there, as a record', () => {
    const rule = 'stall: a source has a table payments of shape record, got none';
    expect(withTables({ receipts: record('Receipts.', { id: field, ...shared }) })).toThrow(rule);
    expect(withTables({ payments: each('payments', 'Receipts.', { id: field, ...shared }) })).toThrow(rule);
  });

  it("declares 'id'", () => {
    expect(withTables({ payments: record('Receipts.', shared) })).toThrow("stall.payments: declares 'id'");
  });

  it('is the only record', () => {
    expect(() => define({}, { more: record('More.', { note: field }) })).toThrow(
      "stall.more: only payments is of shape record, got 'more' too",
    );
  });

  it('has the columns that the shared shape names, in its types', () => {
    expect(sharing({ status: 'condition' })).toThrow(
      "stall.shared.status: names a column of payments of type text, got 'condition', which there is not",
    );
    expect(sharing({ created_at: 'state' })).toThrow(
      "stall.shared.created_at: names a column of payments of type instant, got 'state' of type text",
    );
    expect(sharing({ amount_paid: { whole: 'state', once: 'paid' } })).toThrow('stall.shared.amount_paid: names a');
    expect(sharing({ customer_id: null, tax_amount: null })).not.toThrow();
  });
});

const sharing = (columns: Partial<SourceDeclaration['shared']>) => () =>
  define({}, {}, { shared: { ...marketStall.shared, ...columns } });

describe('a status', () => {
  const meaning = (statuses: Record<string, string>) => () =>
    define({}, {}, { statuses: statuses as SourceDeclaration['statuses'] });
  const known = { open: 'pending', paid: 'paid' };

  it('that is documented means one of the vocabulary', () => {
    expect(meaning(known)).toThrow('stall.statuses.void: says which of draft, pending, requires_action, paid,');
    expect(meaning({ ...known, void: 'voided' })).toThrow(/^stall.statuses.void: is one of draft, .*, got 'voided'$/);
  });

  it('that is not documented means nothing', () => {
    expect(meaning({ ...known, void: 'canceled', lost: 'canceled' })).toThrow(
      'stall.statuses.lost: is a declared value of payments.state',
    );
  });

  it('stands in a column whose values are documented', () => {
    expect(sharing({ status: 'stall_id' })).toThrow(
      "stall.shared.status: names a column with its documented values, got 'stall_id'",
    );
  });

  it('at which all is paid is one that some word means', () => {
    expect(sharing({ amount_paid: { whole: 'sum_total', once: 'failed' } })).toThrow(
      "stall.shared.amount_paid: once is a status that a word of the source means, got 'failed'",
    );
  });
});

describe('lines that all sources share', () => {
  const lines = { lines: each('lines', 'Lines.', { sku: field, price: money('Its price.') }) };
  const nested = { taxes: each('lines[].taxes', 'Taxes.', { rate: field }, 'line') };
  const tags = { tags: values('tags', 'Tags.', 'tag', field) };
  const declared = (other: Partial<SourceDeclaration>) => () => define({}, { ...lines, ...nested, ...tags }, other);
  const items = (...lineItems: SourceDeclaration['lineItems']) => declared({ lineItems });

  it('come from tables and columns that are there, in their types', () => {
    expect(items({ kind: 'line', table: 'lines', columns: { sku: 'sku', amount: 'price' } })).not.toThrow();
    expect(items({ kind: 'line', table: 'rows', columns: {} })).toThrow(
      "stall.lineItems.line: names a table of the source, got 'rows', which there is not",
    );
    expect(items({ kind: 'line', table: 'lines', columns: { amount: 'sku' } })).toThrow(
      "stall.lineItems.line.amount: names a column of lines of type integer, got 'sku' of type text",
    );
    expect(items({ kind: 'line', table: 'lines', present: 'gone', columns: {} })).toThrow(
      "stall.lineItems.line: present names a column of lines, got 'gone', which there is not",
    );
    expect(items({ kind: 'tag', table: 'tags', columns: {} })).toThrow(
      "stall.lineItems.tag: names payments or a table of elements, got 'tags'",
    );
  });

  it('are of a kind that is declared once', () => {
    const line = { kind: 'line', table: 'lines', columns: {} };
    expect(items(line, { ...line })).toThrow('stall.lineItems.line: a kind of line item is declared once');
  });

  it('are told apart by their position alone where they are tax lines', () => {
    const taxLines = (table: string) => declared({ taxLines: { table, columns: {} } });
    expect(taxLines('lines')).not.toThrow();
    expect(taxLines('taxes')).toThrow(
      "stall.taxLines: names a table of elements that lies below no other, got 'taxes'",
    );
  });
});

describe('what is personal', () => {
  const personal = { personal: 'name' } as const;

  it('is text or json: a hash is text', () => {
    expect(() => define({ age: { ...count('Age.'), ...personal } })).toThrow(
      "stall.payments.age: only text and json can be personal, got 'integer'",
    );
  });

  it('is not what finds a row again', () => {
    const map = entries('notes', 'Notes.', text('Key.', personal), text('Note.'));
    expect(() => define({}, { notes: map })).toThrow(
      "stall.notes.key: 'key' finds the row again and cannot be personal",
    );
    expect(() => define({ id: text('Id.', personal) })).toThrow(
      "stall.payments.id: 'payment_id' finds the row again and cannot be personal",
    );
  });
});

describe('what is never stored', () => {
  const never = (paths: Record<string, string>) => () =>
    define({}, { lines: each('lines', 'Lines.', { sku: field }) }, { neverStored: paths });

  it('has no column, nor lies in or around one', () => {
    const once = (path: string) => `stall.neverStored: '${path}' is declared once and as one thing`;
    expect(never({ 'card.number': 'A secret.', 'lines[].code': 'A secret.' })).not.toThrow();
    expect(never({ state: 'A secret.' })).toThrow(`${once('state')}, got a value here and a value by payments.state`);
    expect(never({ card: 'A secret.' })).toThrow(once('card'));
    expect(never({ 'state.code': 'A secret.' })).toThrow(once('state'));
    expect(never({ 'lines[].sku': 'A secret.' })).toThrow(once('lines[].sku'));
  });

  it('in a list lies below a table of elements, or it would be kept', () => {
    expect(never({ 'coupons[].code': 'A secret.' })).toThrow(
      "stall.neverStored: 'coupons[].code' lies below 'coupons', which is declared as a table of elements",
    );
  });

  it('says why', () => {
    expect(never({ code: '' })).toThrow('stall.neverStored.code: says what it means');
  });
});
