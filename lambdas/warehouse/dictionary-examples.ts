import type { Table } from '../sources/table.ts';
import { isEarned } from './counted-payments.ts';
import type { Databases } from './databases.ts';
import { type Instance, tableName } from './instance.ts';
import { quoted } from './sql.ts';

/** A question that a table answers; the SQL runs in Athena as it does in DuckDB. */
export interface Example {
  readonly question: string;
  readonly sql: string;
}

/** The views over all instances, and the pipeline's own tables. */
const written: Readonly<Record<string, Example>> = {
  payments: {
    question: 'What was paid per month and currency?',
    sql: `SELECT month, currency, count(*) AS payments, sum(amount_total_major) AS total
FROM payments
WHERE ${isEarned()} AND month >= '2026-01'
GROUP BY month, currency
ORDER BY month, currency`,
  },
  payments_all: {
    question: 'How many of the payments are tests?',
    sql: `SELECT instance, livemode, count(*) AS payments
FROM payments_all
WHERE month >= '2026-01'
GROUP BY instance, livemode
ORDER BY instance, livemode`,
  },
  tax_lines: {
    question: 'Which tax did customers pay per country and rate?',
    sql: `SELECT line.country, line.rate_percent, line.currency, sum(line.tax_amount_major) AS tax
FROM tax_lines AS line
JOIN payments AS payment
  ON payment.instance = line.instance AND payment.payment_id = line.payment_id AND payment.month = line.month
WHERE ${isEarned('payment')} AND line.month >= '2026-01'
GROUP BY line.country, line.rate_percent, line.currency
ORDER BY line.country, line.rate_percent, line.currency`,
  },
  line_items: {
    question: 'What was sold most often?',
    sql: `SELECT kind, coalesce(name, item_id) AS item, sum(quantity) AS quantity
FROM line_items
WHERE kind IN ('product', 'option') AND month >= '2026-01'
GROUP BY kind, coalesce(name, item_id)
ORDER BY quantity DESC, item
LIMIT 10`,
  },
  loads: {
    question: 'When were payments last loaded, and how many?',
    sql: `SELECT instance, max(finished_at) AS last_load, sum(written) AS payments_written
FROM loads
WHERE kind = 'load' AND month >= '2026-01'
GROUP BY instance
ORDER BY instance`,
  },
  drift: {
    question: 'What does an API send that its source does not declare?',
    sql: `SELECT instance, table_name, path, kind, json_type, "count", first_seen_at, last_seen_at
FROM drift
ORDER BY last_seen_at DESC, instance, table_name, path, kind, json_type
LIMIT 20`,
  },
  reconciliations: {
    question: 'Where did the warehouse and an API differ?',
    sql: `SELECT counted_at, instance, status, in_api, in_warehouse, difference, verdict
FROM reconciliations
WHERE verdict <> 'equal' AND month >= '2026-01'
ORDER BY counted_at DESC, instance, status`,
  },
};

/** An example for a view that is no instance's. */
export function sharedExample(name: string): Example {
  const example = written[name];
  if (example) return example;
  throw new Error(`a view over all instances has an example in dictionary-examples.ts, got ${name} without one`);
}

/** An example for the current view of an instance's table. */
export function currentExample(instance: Instance, table: Table): Example {
  const { source } = instance;
  const from = tableName(instance, table);
  const { status, currency, created_at: createdAt } = source.shared;
  if (table === source.payments) {
    return {
      question: 'How many payments stand where?',
      sql: `SELECT month, ${status} AS status, count(*) AS payments
FROM ${from}
WHERE month >= '2026-01' AND _deleted_at IS NULL
GROUP BY month, ${status}
ORDER BY month, payments DESC, status`,
    };
  }
  if (table.shape === 'entries') {
    return {
      question: 'Which keys are there, and how often?',
      sql: `SELECT "key", count(*) AS payments
FROM ${from}
WHERE month >= '2026-01'
GROUP BY "key"
ORDER BY payments DESC, "key"`,
    };
  }
  const own = table.columns.filter(({ path }) => path !== null).map(({ name }) => `part.${quoted(name)}`);
  const places = table.rowKey.map((name) => `part.${quoted(name)}`);
  return {
    question: 'What belongs to the payments of a month?',
    sql: `SELECT payment.payment_id, payment.${quoted(createdAt)}, payment.${quoted(currency)}, ${[...places, ...own.slice(0, 3)].join(', ')}
FROM ${tableName(instance, source.payments)} AS payment
JOIN ${from} AS part
  ON part.payment_id = payment.payment_id AND part.payment_created_at = payment.${quoted(createdAt)}
  AND part.month = payment.month
WHERE payment.month = '2026-06'
ORDER BY payment.payment_id, ${places.join(', ')}
LIMIT 20`,
  };
}

/** An example for a table of the history. */
export function historyExample(instance: Instance | null, table: Table, databases: Databases): Example {
  const from = `${databases.history}.${instance ? tableName(instance, table) : table.name}`;
  if (instance && table === instance.source.payments) {
    const { status } = instance.source.shared;
    return {
      question: 'What became of the payments of a month?',
      sql: `SELECT payment_id, ${status} AS status, _version_at, _loaded_at
FROM ${from}
WHERE month = '2026-06'
ORDER BY payment_id, _version_at, _loaded_at, _load_id
LIMIT 20`,
    };
  }
  const load = instance ? '_load_id' : 'sync_id';
  return {
    question: instance ? 'Which load wrote how many rows?' : 'Which sync left how many rows?',
    sql: `SELECT ${load}, count(*) AS rows_written
FROM ${from}
WHERE month >= '2026-01'
GROUP BY ${load}
ORDER BY ${load} DESC
LIMIT 20`,
  };
}
