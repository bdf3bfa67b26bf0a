import type { AnalystQuestion } from './analyst-questions.ts';
import { historyDatabase } from './databases.ts';

/** Every version of both APIs' payments with the status before it; `was` is null of the first. */
const versions = ['commet', 'checkout_page']
  .map(
    (source) => `  SELECT '${source}' AS instance, payment_id, status, _loaded_at, lag(status) OVER (
    PARTITION BY month, payment_id, created_at ORDER BY _version_at, _loaded_at, _load_id) AS was
  FROM ${historyDatabase}.${source}_payments
  WHERE month >= '2026-04' AND livemode`,
  )
  .join('\n  UNION ALL\n');

/** Those of the guide's questions that only the history answers. */
export const changeQuestions: readonly AnalystQuestion[] = [
  {
    title: 'What did the books say on a given day?',
    sql: `SELECT status, currency, count(*) AS payments, sum(amount) AS minor_units
FROM (
  SELECT status, upper(currency) AS currency, amount, livemode, _deleted_at, _superseded_at,
    row_number() OVER (PARTITION BY month, payment_id, created_at
      ORDER BY _version_at DESC, _loaded_at DESC, _load_id DESC) AS age
  FROM ${historyDatabase}.checkout_page_payments
  WHERE month = '2026-06' AND _loaded_at < TIMESTAMP '2026-07-02 00:00:00'
) AS version
WHERE age = 1 AND _superseded_at IS NULL AND _deleted_at IS NULL AND livemode
  AND status IN ('paid', 'refunded', 'partial_refund') AND currency IN ('EUR', 'USD')
GROUP BY status, currency
ORDER BY status, currency`,
    traps: [
      'Filter on `_loaded_at` *inside*, before the newest version is picked; every other filter but `month` outside, or an older version shows through.',
      '`_loaded_at` asks what this lake knew: the answer never changes again. `_version_at` in its place asks what the API says had happened by then.',
      'History begins with the first sync: of a day before it nothing can be told.',
      'The history has the words, the small letters and the test payments of each API: `paid` here, `succeeded` at Commet.',
      'Two files may hold the same version, so never count rows of the history without `age = 1`.',
    ],
  },
  {
    title: 'What changed since yesterday?',
    sql: `SELECT instance, coalesce(was, '(new)') AS was, status, count(*) AS payments
FROM (
${versions}
) AS version
WHERE _loaded_at >= TIMESTAMP '2026-07-02 00:00:00' AND (was IS NULL OR was <> status)
GROUP BY instance, coalesce(was, '(new)'), status
ORDER BY instance, was, status`,
    traps: [
      'Filter on `_loaded_at` *outside*: inside, every payment would seem new, since its earlier version is gone.',
      "`month` is the payment's: a change to an older payment is found only as far back as the filter reaches.",
      '`updated_at` does not answer this: an API may change a payment and leave it as it was.',
      'A change other than of the status is a version too: `was <> status` leaves it out.',
    ],
  },
];
