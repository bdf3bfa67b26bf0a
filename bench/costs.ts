import { costTable, night, volumes } from './monthly-cost.ts';

/** Prints what docs/costs.md says: `npx tsx bench/costs.ts`. */
console.log(costTable());
for (const payments of volumes) {
  const each = Object.entries(night(payments)).map(
    ([name, value]) => `${name} ${Math.round(value).toLocaleString('en')}`,
  );
  console.log(`\na night at ${payments.toLocaleString('en')} payments a month: ${each.join(', ')}`);
}
