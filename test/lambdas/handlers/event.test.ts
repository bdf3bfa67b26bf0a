import { TerminalError } from '../../../lambdas/errors.ts';
import { eventFor, parseEvent } from '../../../lambdas/handlers/event.ts';
import { checkoutPage } from '../../../lambdas/sources/checkout-page.ts';

const parse = (event: unknown) => parseEvent(event, checkoutPage);
const nightly = { mode: 'incremental', from: null, to: null, filters: {}, rewrite: false };
const pageId = '65f000000000000000000001';

test.each([
  [{}, nightly],
  [undefined, nightly],
  [null, nightly],
  [{ mode: 'incremental' }, nightly],
  [{ rewrite: true }, { ...nightly, rewrite: true }],
  [{ mode: 'backfill' }, { ...nightly, mode: 'backfill' }],
  [
    { mode: 'backfill', from: '2024-01-01', to: '2025-01-01' },
    { ...nightly, mode: 'backfill', from: Date.UTC(2024, 0), to: Date.UTC(2025, 0) },
  ],
  [
    { mode: 'backfill', to: '2025-01-01T02:00:00+02:00', rewrite: true },
    { ...nightly, mode: 'backfill', to: Date.UTC(2025, 0), rewrite: true },
  ],
  [
    { mode: 'backfill', filter: { pageId } },
    { ...nightly, mode: 'backfill', filters: { pageId } },
  ],
])('%j is taken', (event, scope) => {
  expect(parse(event)).toEqual({ scope, dryRun: false, continuation: null });
});

test('any event may be a dry run', () => {
  expect(parse({ confirmDeletions: true })).toMatchObject({ scope: nightly, confirmDeletions: true });
  expect(parse({ dryRun: true })).toMatchObject({ scope: nightly, dryRun: true });
  expect(parse({ mode: 'backfill', from: '2024-01-01', dryRun: true })).toMatchObject({ dryRun: true });
});

test.each([
  ['backfill', 'it must be a JSON object, got a string'],
  [[], 'it must be a JSON object, got an array'],
  [{ Mode: 'backfill' }, "its keys are mode, from, to, filter, rewrite, dryRun, confirmDeletions, got 'Mode'"],
  [{ mode: 'full' }, 'mode must be "incremental" or "backfill", got "full"'],
  [{ mode: null }, 'mode must be "incremental" or "backfill", got null'],
  [{ mode: 'backfill', from: 20240101 }, 'from must be a day, "YYYY-MM-DD", or an instant'],
  [
    { mode: 'backfill', from: '2024-02-30' },
    "from must be a day, YYYY-MM-DD, or an instant such as 2026-03-01T12:00:00Z, got '2024-02-30'",
  ],
  [
    { mode: 'backfill', from: '2025-01-01', to: '2024-01-01' },
    'from must be before to, got from 2025-01-01 and to 2024-01-01',
  ],
  [{ from: '2024-01-01' }, 'from needs "mode":"backfill", got an incremental sync'],
  [{ mode: 'incremental', to: '2024-01-01' }, 'to needs "mode":"backfill"'],
  [{ filter: { pageId } }, 'filter needs "mode":"backfill"'],
  [{ mode: 'backfill', filter: 'pageId' }, 'filter must be an object of texts, such as {"pageId":"…"}, got a string'],
  [
    { mode: 'backfill', filter: { pageId: 5 } },
    'filter must be an object of texts, such as {"pageId":"…"}, got a number',
  ],
  [{ mode: 'backfill', filter: { payer: 'x' } }, 'filter: checkout_page has the filters'],
  [{ rewrite: 'yes' }, 'rewrite must be true or false, got a string'],
  [{ dryRun: 1 }, 'dryRun must be true or false, got a number'],
  [{ mode: 'backfill', continuation: { token: 'x' } }, 'continuation is for the function itself only'],
])('%j is refused with its rule and an example', (event, rule) => {
  expect(() => parse(event)).toThrow(TerminalError);
  expect(() => parse(event)).toThrow(rule);
  expect(() => parse(event)).toThrow('an example: {"mode":"backfill","from":"2024-01-01","to":"2025-01-01"}');
});

test("a filter's value is in no error", () => {
  const value = 'ada@example.com';
  const tries = [{ pageId: value }, { pageId: { value } }, { [value.length]: value }, value];
  for (const filter of tries) {
    expect(() => parse({ mode: 'backfill', filter })).toThrow(/filter/);
    expect(() => parse({ mode: 'backfill', filter })).not.toThrow(new RegExp(value));
  }
});

test('what the function invokes itself with is read back as it was', () => {
  const scope = {
    mode: 'backfill',
    from: Date.UTC(2024, 0) + 1,
    to: Date.UTC(2025, 0),
    filters: { pageId },
    rewrite: true,
  } as const;
  const continuation = { token: 'token-1', number: 3, syncId: 'a-sync' };
  const sent = JSON.parse(JSON.stringify(eventFor(scope, continuation)));
  expect(parse(sent)).toEqual({ scope, dryRun: false, continuation });
});
