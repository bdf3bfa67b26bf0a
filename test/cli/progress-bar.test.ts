import { PassThrough } from 'node:stream';
import { progressBar } from '../../cli/progress-bar.ts';

function barOn(terminal: { columns: number } | null) {
  const stream = Object.assign(new PassThrough(), terminal ? { isTTY: true, ...terminal } : {});
  const clock = { at: 0 };
  const bar = progressBar(stream, 'checkout_page', () => clock.at);
  const show = (at: number, records: number, share: number | null) => {
    clock.at = at;
    bar.show({ instance: 'checkout_page', pages: records / 100, records, written: records, share });
    return String(stream.read() ?? '');
  };
  return { bar, show, rest: () => String(stream.read() ?? '') };
}

const drawn = (text: string): string => text.replace('\r\u001b[K', '');

test('on a terminal it tells share, counts, rate and time left on one line', () => {
  const { show } = barOn({ columns: 120 });
  show(0, 0, 0);
  const line = '\r\u001b[Kcheckout_page ██████░░░░░░░░░░░░░░░░░░ 25 % · 5,000 read, 5,000 new · 2,500/s · 6 s left';
  expect(show(2000, 5000, 0.25)).toBe(line);
});

test.each([80, 60, 40, 20])('on a terminal of %i columns it stays below them', (columns) => {
  const { show } = barOn({ columns });
  show(0, 0, 0);
  expect(drawn(show(2000, 1_005_000, 0.25)).length).toBeLessThan(columns);
});

test('with 80 columns the bar gives way, and the time left does not', () => {
  const { show } = barOn({ columns: 80 });
  show(0, 0, 0);
  expect(drawn(show(2000, 5000, 0.25))).toMatch(/^checkout_page [█░]{6,} 25 % .* 6 s left$/);
});

test('elsewhere it is a plain line every five seconds, without time left where nobody can tell the share', () => {
  const { show } = barOn(null);
  expect([show(0, 100, null), show(4999, 5000, null)]).toEqual(['', '']);
  expect(show(5000, 10_100, null)).toBe('checkout_page · 10,100 read, 10,100 new · 2,000/s\n');
});

test('the rate is of the sync that runs, not of the one before it', () => {
  const { show } = barOn(null);
  show(0, 20, null);
  expect([show(4000, 400, null), show(4500, 100, null)]).toEqual(['', '']);
  expect(show(6500, 200, null)).toBe('checkout_page · 200 read, 200 new · 50/s\n');
});

test('a line that stays takes the place of the bar, and the end clears it once', () => {
  const { bar, show, rest } = barOn({ columns: 80 });
  show(0, 100, 0.5);
  bar.line('a warning');
  expect(rest()).toBe('\r\u001b[Ka warning\n');
  bar.end();
  expect(rest()).toBe('');
});
