import { checkoutPage } from '../lambdas/sources/checkout-page.ts';
import { compileFingerprint } from '../lambdas/transform/fingerprint.ts';
import { compileFlatten } from '../lambdas/transform/flatten.ts';
import { startCheckoutPage } from '../local/sample-apis/checkout-page.ts';

/**
 * What flattening costs per Checkout Page payment, in CPU: `tsx bench/flatten.ts`. Payments are parsed anew for each
 * round, since a page's records are met once. `parse` is JSON.parse alone; `fingerprint` is part of `flatten`.
 */
const payments = 20_000;
const rounds = 5;
const pageSize = 100;

const api = await startCheckoutPage({ payments });
const records = [...api.all()];
await api.close();
const pages: string[] = [];
for (let from = 0; from < payments; from += pageSize) pages.push(JSON.stringify(records.splice(0, pageSize)));

const flatten = compileFlatten(checkoutPage);
const fingerprint = compileFingerprint(checkoutPage.tables);
const best = {
  parse: Number.POSITIVE_INFINITY,
  flatten: Number.POSITIVE_INFINITY,
  fingerprint: Number.POSITIVE_INFINITY,
};
const spent = { parse: 0, flatten: 0, fingerprint: 0 };

function timed<T>(what: keyof typeof spent, work: () => T): T {
  const { user, system } = process.cpuUsage();
  const result = work();
  const after = process.cpuUsage();
  spent[what] += after.user + after.system - user - system;
  return result;
}

let rows = 0;
for (let round = 0; round < rounds; round++) {
  for (const page of pages) {
    const parsed = timed('parse', () => JSON.parse(page) as Record<string, unknown>[]);
    const flat = timed('flatten', () => parsed.map((record) => flatten(record, 0)));
    timed('fingerprint', () => flat.map((record) => fingerprint(record.rows)));
    for (const record of flat) for (const table of record.rows) rows += table.length;
  }
  for (const what of ['parse', 'flatten', 'fingerprint'] as const) {
    best[what] = Math.min(best[what], spent[what] / payments);
    spent[what] = 0;
  }
}
const bytes = pages.reduce((sum, page) => sum + Buffer.byteLength(page), 0);
console.log(
  `${(rows / rounds / payments).toFixed(1)} rows and ${Math.round(bytes / payments)} bytes of JSON a payment`,
);
for (const [what, micros] of Object.entries(best)) console.log(`${what.padEnd(12)} ${micros.toFixed(1)} µs CPU`);
