import { firesAtNight, firesDaily, whatIsWrongWithSchedule } from '../../infra/schedule-expression.ts';

test.each([
  'cron(15 4 * * ? *)',
  'cron(0/15 4-6,8 * JAN-MAR,12 ? 2026)',
  'cron(0 18 ? * MON-FRI *)',
  'cron(0 18 ? * 2#1 *)',
  'cron(0 18 ? * FRIL *)',
  'cron(0 18 L * ? *)',
  'cron(0 18 15W * ? 2026-2030)',
  'cron(*/5 * * * ? *)',
  'rate(1 minute)',
  'rate(12 hours)',
  'rate(1 day)',
])('%s is a schedule', (expression) => {
  expect(whatIsWrongWithSchedule(expression)).toBeNull();
});

test.each([
  ['', 'begins with cron( or rate('],
  ['15 4 * * ? *', 'begins with cron( or rate('],
  ['cron(15 4 * * ? *', 'begins with cron( or rate('],
  ['at(2026-01-01T04:15:00)', 'begins with cron( or rate('],
  ['cron(15 4 * * *)', 'got 5'],
  ['cron(15  4 * * ? *)', 'got 7'],
  ['cron(15 4 * * * *)', 'exactly one is ?'],
  ['cron(15 4 ? * ? *)', 'exactly one is ?'],
  ['cron(60 4 * * ? *)', 'minutes: 0 to 59'],
  ['cron(-1 4 * * ? *)', 'minutes: 0 to 59'],
  ['cron(? 4 * * ? *)', 'minutes: 0 to 59'],
  ['cron(1,,2 4 * * ? *)', 'minutes: 0 to 59'],
  ['cron(0/0 4 * * ? *)', 'minutes: 0 to 59'],
  ['cron(15 24 * * ? *)', 'hours: 0 to 23'],
  ['cron(15 6-4 * * ? *)', 'hours: 0 to 23'],
  ['cron(15 4 0 * ? *)', 'day of month: 1 to 31'],
  ['cron(15 4 32W * ? *)', 'day of month: 1 to 31'],
  ['cron(15 4 * 13 ? *)', 'month: 1 to 12'],
  ['cron(15 4 * MAI ? *)', 'month: 1 to 12'],
  ['cron(15 4 ? * 0 *)', 'day of week: 1 to 7'],
  ['cron(15 4 ? * MON#6 *)', 'day of week: 1 to 7'],
  ['cron(15 4 * * ? 26)', 'year: 1970 to 2199'],
  ['rate(day)', 'a rate is a number'],
  ['rate(0 days)', 'a rate is a number'],
  ['rate(1.5 days)', 'a rate is a number'],
  ['rate(2 weeks)', 'a rate is a number'],
  ['rate(1 days)', 'is written with day'],
  ['rate(2 day)', 'is written with days'],
])('%s is none', (expression, rule) => {
  expect(whatIsWrongWithSchedule(expression)).toContain(rule);
});

test.each([
  ['cron(15 4 * * ? *)', true],
  ['cron(0/5 * * * ? *)', true],
  ['rate(1 day)', true],
  ['rate(24 hours)', true],
  ['rate(1440 minutes)', true],
  ['rate(25 hours)', false],
  ['rate(2 days)', false],
  ['cron(15 4 ? * MON *)', false],
  ['cron(15 4 1 * ? *)', false],
  ['cron(15 4 * 2 ? *)', false],
])('%s fires daily: %s', (expression, daily) => {
  expect(firesDaily(expression)).toBe(daily);
});

test.each([
  ['cron(15 3 * * ? *)', true],
  ['cron(15 22,2 * * ? *)', true],
  ['cron(15 * * * ? *)', true],
  ['cron(15 0/12 * * ? *)', true],
  ['cron(15 4 * * ? *)', false],
  ['cron(15 4-6 * * ? *)', false],
  ['rate(1 day)', false],
])('%s fires between 00:00 and 03:59: %s', (expression, atNight) => {
  expect(firesAtNight(expression)).toBe(atNight);
});
