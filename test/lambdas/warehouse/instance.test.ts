import { UsageError } from '../../../lambdas/errors.ts';
import { checkoutPage } from '../../../lambdas/sources/checkout-page.ts';
import { commet } from '../../../lambdas/sources/commet.ts';
import { sources } from '../../../lambdas/sources/index.ts';
import type { Source } from '../../../lambdas/sources/source.ts';
import { refuseWrongInstances, reservedNames, tableName } from '../../../lambdas/warehouse/instance.ts';

const refuse =
  (name: string, source = checkoutPage) =>
  () =>
    refuseWrongInstances([{ name, source }], sources);

test('a table is named by its instance and its own name', () => {
  expect(tableName({ name: 'second_store', source: checkoutPage }, checkoutPage.payments)).toBe(
    'second_store_payments',
  );
});

test('every API of the registry is an instance, all of them beside each other', () => {
  const instances = sources.map((source) => ({ name: source.name, source }));
  expect(() => refuseWrongInstances(instances, sources)).not.toThrow();
});

test.each(['shop2', 'a', 'second_store', 'x'.repeat(64)])('%s is a name', (name) => {
  expect(refuse(name)).not.toThrow();
});

test.each(['', 'Shop', '2shop', '_shop', 'shop_', 'a__b', 'shop-2', 'a b', 'läden', '../x', "a'b", 'x'.repeat(65)])(
  "'%s' is no name",
  (name) => {
    expect(refuse(name)).toThrow(UsageError);
    expect(refuse(name)).toThrow(/snake_case.*at most 64 characters, got/);
  },
);

test.each([...reservedNames])('%s belongs to the pipeline', (name) => {
  expect(refuse(name)).toThrow(`an instance may not be named '${name}'`);
});

test("an API's name is kept for that API", () => {
  expect(refuse('commet')).toThrow(
    "instance 'commet' is of the API commet, got the API checkout_page; give it another name",
  );
  expect(refuse('commet', commet)).not.toThrow();
});

/** Commet with one more table, named so that `shop` + `x_payments` meets `shop_x` + `payments`. */
const awkward: Source = { ...commet, tables: [...commet.tables, { ...commet.payments, name: 'x_payments' }] };

test('two instances whose tables would share a name are refused, both named', () => {
  const instances = [
    { name: 'shop', source: awkward },
    { name: 'shop_x', source: commet },
  ];
  expect(() => refuseWrongInstances(instances, sources)).toThrow(
    "instance 'shop_x': its table shop_x_payments is taken by instance 'shop'",
  );
});

test('the same instance twice is refused', () => {
  const shop = { name: 'shop', source: commet };
  expect(() => refuseWrongInstances([shop, shop], sources)).toThrow("taken by instance 'shop'");
});
