import { type Assembly, secrets, synthesiseAlone } from './assembly.ts';

let assembly: Assembly;
beforeAll(async () => {
  assembly = await synthesiseAlone();
});
afterAll(() => assembly?.remove());

const holding = (text: string): string[] =>
  [...assembly.files].filter(([, bytes]) => bytes.includes(text)).map(([path]) => path);

test('a synth needs no network and no AWS account: nothing asks for either', () => {
  // Said, so that nobody takes the weaker proof for the stronger one.
  console.log(
    assembly.isolated ? 'ran without a network interface' : 'no unshare here: connections were refused by a guard',
  );
  expect(assembly.attempts).toEqual([]);
  expect(assembly.files.get('PaymentsLake.template.json')?.length).toBeGreaterThan(10_000);
});

test('the assembly has the template, what is beside it, and the function with its source map', () => {
  const kinds = [...assembly.files.keys()].map((path) => path.replace(/asset\.[0-9a-f]+/, 'asset'));
  expect(kinds).toEqual(
    expect.arrayContaining(['manifest.json', 'PaymentsLake.template.json', 'asset/index.js', 'asset/index.js.map']),
  );
  // The walk reads what it claims to read: the template, the tree, and both functions.
  expect(holding('PAYMENTS_LAKE_SETTINGS')).toHaveLength(4);
});

test.each(Object.entries(secrets))('no file of the assembly holds the value of %s', (_, value) => {
  expect(holding(value)).toEqual([]);
});

test('no file of the assembly gives a secret a value', () => {
  const template = assembly.files.get('PaymentsLake.template.json')?.toString('utf8');
  expect(template).not.toMatch(/SecretString|GenerateSecretString|\{\{resolve:/);
});
