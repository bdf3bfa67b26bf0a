import * as fc from 'fast-check';
import { parseInstant } from '../../../lambdas/transform/instant.ts';

describe('an instant', () => {
  test.each([
    ['2026-03-04T05:06:07.123Z', '2026-03-04T05:06:07.123Z'],
    ['2026-03-04T05:06:07Z', '2026-03-04T05:06:07.000Z'],
    ['2026-03-04T05:06Z', '2026-03-04T05:06:00.000Z'],
    ['2026-03-04t05:06:07z', '2026-03-04T05:06:07.000Z'],
    ['2026-03-04T05:06:07,5Z', '2026-03-04T05:06:07.500Z'],
    ['2026-03-04T05:06:07.05Z', '2026-03-04T05:06:07.050Z'],
    ['2026-03-04T05:06:07.123456789Z', '2026-03-04T05:06:07.123Z'],
    ['2026-03-04T05:06:07.9999Z', '2026-03-04T05:06:07.999Z'],
    ['2026-03-04T05:06:07+00:00', '2026-03-04T05:06:07.000Z'],
    ['2026-03-04T05:06:07-00:00', '2026-03-04T05:06:07.000Z'],
    ['2026-03-04T05:06:07+05:30', '2026-03-03T23:36:07.000Z'],
    ['2026-03-04T05:06:07+0530', '2026-03-03T23:36:07.000Z'],
    ['2026-03-04T05:06+0530', '2026-03-03T23:36:00.000Z'],
    ['2026-03-04T05:06:07.25-08:00', '2026-03-04T13:06:07.250Z'],
    ['2026-12-31T23:30:00-01:00', '2027-01-01T00:30:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['0099-06-15T12:00:00Z', '0099-06-15T12:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s is %s', (text, instant) => {
    expect(parseInstant(text)).toBe(Date.parse(instant));
  });

  it('reaches over the first and last year by its zone', () => {
    expect(parseInstant('0001-01-01T00:00:00+01:00')).toBe(Date.parse('0000-12-31T23:00:00.000Z'));
    expect(parseInstant('9999-12-31T23:59:59-01:00')).toBe(Date.parse('+010000-01-01T00:59:59.000Z'));
  });

  test.each([
    ['a day that is not', '2026-02-29T00:00:00Z'],
    ['a leap day of a century', '1900-02-29T00:00:00Z'],
    ['30 February', '2024-02-30T00:00:00Z'],
    ['31 April', '2026-04-31T00:00:00Z'],
    ['day 0', '2026-01-00T00:00:00Z'],
    ['month 0', '2026-00-01T00:00:00Z'],
    ['month 13', '2026-13-01T00:00:00Z'],
    ['hour 24', '2026-01-01T24:00:00Z'],
    ['minute 60', '2026-01-01T00:60:00Z'],
    ['a leap second', '2026-06-30T23:59:60Z'],
    ['an offset of 24 hours', '2026-01-01T00:00:00+24:00'],
    ['an offset of 60 minutes', '2026-01-01T00:00:00+00:60'],
    ['an offset without minutes', '2026-01-01T00:00:00+05'],
    ['an offset with another minus', '2026-01-01T00:00:00−05:00'],
    ['year 0', '0000-01-01T00:00:00Z'],
    ['a year of six digits', '+002026-01-01T00:00:00Z'],
    ['a date alone', '2026-01-01'],
    ['no zone', '2026-01-01T00:00:00'],
    ['a space for the T', '2026-01-01 00:00:00Z'],
    ['an empty fraction', '2026-01-01T00:00:00.Z'],
    ['a fraction of a minute', '2026-01-01T00:00.5Z'],
    ['one digit', '2026-1-01T00:00:00Z'],
    ['seconds of 1970', '1767225600'],
    ['other digits', '２０２６-01-01T00:00:00Z'],
    ['something before', ' 2026-01-01T00:00:00Z'],
    ['a line end behind', '2026-01-01T00:00:00Z\n'],
    ['words', 'yesterday'],
    ['nothing', ''],
  ])('is not %s', (_, text) => {
    expect(parseInstant(text)).toBeNull();
  });

  it('is what Date reads, whenever it lies', () => {
    const date = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(date, fc.integer({ min: -1439, max: 1439 }), (instant, offset) => {
        const local = new Date(instant.getTime() + offset * 60_000);
        fc.pre(local.getUTCFullYear() >= 1 && local.getUTCFullYear() <= 9999);
        const [hours, minutes] = [Math.trunc(Math.abs(offset) / 60), Math.abs(offset) % 60];
        const zone = [hours, minutes].map((part) => String(part).padStart(2, '0')).join(':');
        const text = local.toISOString().replace('Z', `${offset < 0 ? '-' : '+'}${zone}`);
        expect(parseInstant(text)).toBe(instant.getTime());
      }),
      { numRuns: 1000 },
    );
  });
});
