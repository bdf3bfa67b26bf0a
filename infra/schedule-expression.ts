/** What EventBridge Scheduler takes as a recurring schedule, checked before a deploy would find out. */

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

interface CronField {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Words for the numbers from `from` on. */
  readonly words?: readonly string[];
  /** Forms that only this field has. */
  readonly also?: RegExp;
}

const cronFields: readonly CronField[] = [
  { name: 'minutes', from: 0, to: 59 },
  { name: 'hours', from: 0, to: 23 },
  { name: 'day of month', from: 1, to: 31, also: /^(L|LW|([1-9]|[12]\d|3[01])W)$/ },
  { name: 'month', from: 1, to: 12, words: months },
  { name: 'day of week', from: 1, to: 7, words: weekdays, also: /^(L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5]))$/ },
  { name: 'year', from: 1970, to: 2199 },
];

/** @returns the rule the expression breaks; null when it is a recurring schedule */
export function whatIsWrongWithSchedule(expression: string): string | null {
  const [, rate] = /^rate\((.*)\)$/.exec(expression) ?? [];
  if (rate !== undefined) return wrongRate(rate);
  const [, cron] = /^cron\((.*)\)$/.exec(expression) ?? [];
  if (cron !== undefined) return wrongCron(cron);
  return 'it begins with cron( or rate( and ends with )';
}

function wrongRate(rate: string): string | null {
  const [, amount = '', unit = '', plural] = /^([1-9]\d{0,5}) (minute|hour|day)(s?)$/.exec(rate) ?? [];
  if (unit === '') return 'a rate is a number and minute, minutes, hour, hours, day or days';
  return (amount === '1') === (plural === '')
    ? null
    : `a rate of ${amount} is written with ${unit}${plural ? '' : 's'}`;
}

function wrongCron(cron: string): string | null {
  const given = cron.split(' ');
  if (given.length !== cronFields.length) {
    return `a cron has ${cronFields.length} fields with one space between (${cronFields.map(({ name }) => name).join(', ')}), got ${given.length}`;
  }
  const [, , dayOfMonth, , dayOfWeek] = given;
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) return 'of day of month and day of week exactly one is ?';
  const wrong = cronFields.find((field, index) => !fits(field, given[index] as string));
  return wrong ? `${wrong.name}: ${wrong.from} to ${wrong.to}, a list or range of them, or *` : null;
}

const isDay = ({ also }: CronField): boolean => also !== undefined;

function fits(field: CronField, text: string): boolean {
  if (text === '?') return isDay(field);
  return text.split(',').every((part) => field.also?.test(part) || fitsPart(field, part));
}

function fitsPart(field: CronField, part: string): boolean {
  const [range = '', step, ...rest] = part.split('/');
  if (rest.length > 0 || (step !== undefined && !/^[1-9]\d{0,3}$/.test(step))) return false;
  if (range === '*') return true;
  const ends = range.split('-').map((word) => numberOf(field, word));
  if (ends.length > 2 || ends.some((end) => !(end >= field.from && end <= field.to))) return false;
  return ends.length === 1 || (ends[0] as number) <= (ends[1] as number);
}

/** NaN for what is neither a number nor a word of the field. */
function numberOf({ from, words }: CronField, text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  const index = words?.indexOf(text.toUpperCase()) ?? -1;
  return index < 0 ? Number.NaN : index + from;
}

/** Whether a schedule fires at least daily: the freshness alarm is set by that. */
export function firesDaily(expression: string): boolean {
  const [, amount, unit] = /^rate\((\d+) ([a-z]+?)s?\)$/.exec(expression) ?? [];
  if (unit !== undefined)
    return unit === 'day' ? amount === '1' : Number(amount) * (unit === 'hour' ? 60 : 1) <= 24 * 60;
  const [, , ...days] = expression.replace(/^cron\(|\)$/g, '').split(' ');
  return days.every((field) => /^[*?]$/.test(field));
}

/** Whether a cron may fire between 00:00 and 03:59: in a zone that changes its clocks such a time can be missing. */
export function firesAtNight(expression: string): boolean {
  const [, hours] = /^cron\(\S+ (\S+) /.exec(expression) ?? [];
  const field = cronFields[1];
  if (hours === undefined || field === undefined) return false;
  return hours.split(',').some((part) => {
    const [range = ''] = part.split('/');
    return range === '*' || numberOf(field, range.split('-')[0] as string) < 4;
  });
}
