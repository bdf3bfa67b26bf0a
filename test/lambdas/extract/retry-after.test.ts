import { parseHttpDate } from '../../../lambdas/extract/retry-after.ts';

const instant = Date.UTC(1994, 10, 6, 8, 49, 37);

test.each(['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'])(
  'the HTTP date %p is read in UTC, wherever the machine stands',
  (text) => expect(parseHttpDate(text)).toBe(instant),
);

test.each(['1994-11-06T08:49:37Z', '784111777', 'Sun, 06 Nov 1994 08:49:37 CET', 'Sun, 99 Nov 1994 08:49:37 GMT', ''])(
  '%p is no HTTP date',
  (text) => expect(parseHttpDate(text)).toBeNull(),
);
