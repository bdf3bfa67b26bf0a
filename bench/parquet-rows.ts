import { checkoutPage } from '../lambdas/sources/checkout-page.ts';
import type { Row } from '../lambdas/sources/row.ts';
import type { Column, Table } from '../lambdas/sources/table.ts';

/** Rows of every Checkout Page table for `payments` payments: about half of all values null, eight child rows each. */
export function checkoutPageRows(payments: number): Map<Table, Row[]> {
  const random = mulberry(7);
  const tables = new Map<Table, Row[]>(checkoutPage.tables.map((table) => [table, []]));
  for (let payment = 0; payment < payments; payment++) {
    const createdAt = 1_750_000_000_000 + payment * 77_000 + Math.floor(random() * 70_000);
    const id = Math.floor(createdAt / 1000).toString(16) + hex(random, 16);
    const optional = new Set<string>();
    for (const group of ['shipping', 'coupon', 'discount', 'upsell', 'canceled', 'recovered', 'abandoned']) {
      if (random() < 0.15) optional.add(group);
    }
    for (const [table, rows] of tables) {
      for (let position = 0; position < childRows(table, random); position++) {
        const context = { id, createdAt, position, optional, random };
        // Through JSON, so that strings are what a parsed API answer has: each of its own, none shared.
        const values = JSON.parse(JSON.stringify(table.columns.map((column) => sampleValue(column, context)))) as Row;
        values[table.columns.findIndex(({ name }) => name === 'payment_id')] = id;
        const hash = table.columns.findIndex(({ name }) => name === '_hash');
        if (hash >= 0) values[hash] = BigInt.asIntN(64, BigInt(`0x${hex(random, 16)}`));
        const loadId = table.columns.findIndex(({ name }) => name === '_load_id');
        values[loadId] = '01934f2e-7b1c-7c3a-9d52-3f1f0a6b7c8d-000001-00001-01';
        rows.push(values);
      }
    }
  }
  return tables;
}

interface Context {
  readonly id: string;
  readonly createdAt: number;
  readonly position: number;
  readonly optional: ReadonlySet<string>;
  readonly random: () => number;
}

function childRows(table: Table, random: () => number): number {
  switch (table.name) {
    case 'payments':
    case 'transactions':
    case 'variants':
      return 1;
    case 'fees':
      return random() < 0.5 ? 1 : 0;
    default:
      return random() < 0.5 ? 1 : 2;
  }
}

const pick = <T>(random: () => number, from: readonly T[]): T => from[Math.floor(random() ** 2 * from.length)] as T;

const hex = (random: () => number, digits: number): string =>
  Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');

const letters = (random: () => number, length: number): string =>
  Array.from(
    { length },
    () => 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'[Math.floor(random() * 62)],
  ).join('');

const firstNames = [
  'Anna',
  'Bram',
  'Chloé',
  'Dmitri',
  'Élodie',
  'Fatima',
  'Georg',
  'Hana',
  'Ivo',
  'Jörg',
  'Keiko',
  'Luís',
];
const lastNames = [
  'Smith',
  'de Vries',
  'Müller',
  'Ferreira',
  'Nakamura',
  'O’Brien',
  'Kowalski',
  'Rossi',
  'Øster',
  'Dubois',
];
const countries = ['US', 'DE', 'NL', 'GB', 'FR', 'JP', 'BR', 'ES', 'IT', 'CA'];
const agents = Array.from(
  { length: 60 },
  (_, i) =>
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${100 + i}.0.0.0 Safari/537.36`,
);
const pages = Array.from({ length: 40 }, (_, i) => `64a0c0ffee0000000000${(1000 + i).toString(16).padStart(4, '0')}`);

function sampleValue(column: Column, { createdAt, position, optional, random }: Context): unknown {
  const { name, type } = column;
  for (const group of ['shipping', 'coupon', 'discount', 'upsell', 'canceled', 'recovered', 'abandoned']) {
    if (name.includes(group) && name !== 'upsell' && !optional.has(group)) return null;
  }
  switch (name) {
    case 'created_at':
    case 'payment_created_at':
      return createdAt;
    case 'updated_at':
      return createdAt + 4_000 + Math.floor(random() * 9_000);
    case '_loaded_at':
    case '_version_at':
      return 1_790_000_000_000;
    case '_deleted_at':
    case '_superseded_at':
    case '_extra':
    case 'payment_error':
    case 'dynamic_price':
    case 'license_key_id':
    case 'billing_company_name':
    case 'payment_option_manual_type':
      return null;
    case 'position':
    case 'variant_position':
      return position;
    case 'status':
      return pick(random, ['paid', 'refunded', 'failed', 'canceled', 'pending']);
    case 'currency':
      return pick(random, ['usd', 'eur', 'gbp', 'jpy', 'kwd']);
    case 'user_agent':
      return pick(random, agents);
    case 'locale':
      return pick(random, ['en-US', 'de-DE', 'nl-NL', 'fr-FR', 'ja-JP']);
    case 'key':
      return pick(random, ['utm_source', 'utm_medium', 'utm_campaign', 'ref', 'gclid']);
    case 'value':
      return pick(random, ['newsletter', 'cpc', 'spring sale 2026', 'Yes, please', letters(random, 18)]);
  }
  if (name.endsWith('country')) return pick(random, countries);
  if (name.includes('page_id') || name === 'product_id' || name === 'seller_id') return pick(random, pages);
  if (name.includes('stripe') || name === 'transaction_id') return `pi_3${letters(random, 23)}`;
  if (name.includes('email') && type === 'text') return `${letters(random, 9).toLowerCase()}@example.com`;
  if (name.endsWith('_id')) return hex(random, 24);
  if (name.endsWith('name')) return `${pick(random, firstNames)} ${pick(random, lastNames)}`;
  if (name.endsWith('phone')) return `+1555${Math.floor(random() * 1e7)}`;
  if (name.endsWith('line1')) return `${Math.floor(random() * 300)} ${pick(random, lastNames)} Street`;
  if (name.endsWith('line2')) return null;
  if (name.endsWith('postal_code')) return String(10_000 + Math.floor(random() * 80_000));
  if (type === 'boolean') return random() < 0.9;
  if (type === 'integer')
    return name.includes('amount') || name.includes('price')
      ? Math.floor(random() * 500) * 50
      : Math.floor(random() * 12);
  if (type === 'double') return Math.floor(random() * 2_000) / 8;
  if (type === 'instant') return createdAt + 60_000;
  return `${column.name} ${pick(random, firstNames)}`;
}

/** A small generator of pseudo-random numbers: the same rows every run. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
