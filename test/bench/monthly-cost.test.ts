import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { costTable, monthlyCost, night, total, volumes } from '../../bench/monthly-cost.ts';

const page = (name: string): string => readFileSync(join(__dirname, '..', '..', name), 'utf8');
const grouped = (value: number): string => Math.round(value).toLocaleString('en');

test('docs/costs.md has the table that the prices and measured figures give', () => {
  expect(page('docs/costs.md')).toContain(costTable());
});

test.each([
  ['Requests to the API', 'requests'],
  ['Seconds', 'seconds'],
  ['Versions written', 'versions'],
  ['Invocations', 'invocations'],
  ['Loads', 'loads'],
  ['Files', 'files'],
] as const)('docs/costs.md tells %s of a night as they are reckoned', (title, name) => {
  const cells = volumes.map((payments) => grouped(night(payments)[name]));
  expect(page('docs/costs.md')).toContain(`| ${title} | ${cells.join(' | ')} |`);
});

test.each(volumes)('README.md tells the total at %i payments a month as docs/costs.md does', (payments) => {
  const row = `| ${payments.toLocaleString('en')} | ${total(monthlyCost(payments)).toFixed(2)} |`;
  expect(page('README.md')).toContain(row);
});
