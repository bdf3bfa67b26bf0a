import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfiguration } from '../../infra/configuration.ts';
import { settingsVariable } from '../../lambdas/warehouse/function-settings.ts';
import { context, listed, type Properties, synthesise, text } from '../support/synthesised.ts';

const accountsOf = (api: string, count: number) =>
  Array.from({ length: count }, (_, index) => [`${api}_of_store_${index + 1}`, { api }] as const);

const stackOf = (...accounts: readonly (readonly [string, { readonly api: string }])[]) =>
  synthesise(readConfiguration({ ...(context.paymentsLake as object), instances: Object.fromEntries(accounts) }));

describe('thirty-eight accounts, fifteen of them of Checkout Page', () => {
  const { app, of, remove } = stackOf(...accountsOf('checkout_page', 15), ...accountsOf('commet', 23));
  afterAll(remove);
  const templates = readdirSync(app.outdir)
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => readFileSync(join(app.outdir, file), 'utf8'));
  const most = (section: string): number =>
    Math.max(...templates.map((template) => Object.keys(JSON.parse(template)[section] ?? {}).length));

  test('no template has more than CloudFormation takes: a million bytes, 500 resources, 200 parameters and outputs', () => {
    expect(of('AWS::Lambda::Function')).toHaveLength(39);
    expect(templates).toHaveLength(42);
    expect(Math.max(...templates.map((template) => Buffer.byteLength(template)))).toBeLessThanOrEqual(1_000_000);
    expect([most('Resources') <= 500, most('Parameters') <= 200, most('Outputs') <= 200]).toEqual([true, true, true]);
  });

  test('no function is told more than the 4096 bytes that Lambda takes', () => {
    const told = of('AWS::Lambda::Function').map(
      ([
        ,
        {
          Properties: { Environment },
        },
      ]) => text(Environment),
    );
    expect(told.filter((each) => each.includes(settingsVariable))).toHaveLength(39);
    expect(Math.max(...told.map((each) => each.length))).toBeLessThan(4096);
  });

  test("no role's policies are longer than the 10,240 characters that IAM takes", () => {
    const lengths = new Map<string, number>();
    for (const [, { Properties }] of of('AWS::IAM::Policy')) {
      const [role] = listed(Properties.Roles).map(text);
      const own = text((Properties as Properties).PolicyDocument).length;
      lengths.set(String(role), (lengths.get(String(role)) ?? 0) + own);
    }
    expect(Math.max(...lengths.values())).toBeLessThan(10_240);
  });
});

test('more accounts of Checkout Page than the views over all of them have room for stop the deploy', () => {
  expect(() => stackOf(...accountsOf('checkout_page', 16))).toThrow(
    /^paymentsLake\.instances: the view line_items over all of them must have at most 262144 bytes, .*; got 2\d{5};/,
  );
});

test('one account more than the stack itself has resources for stops the deploy', () => {
  expect(() => stackOf(...accountsOf('commet', 39))).toThrow(/Number of resources in stack .*: 5\d\d is greater than/);
});
