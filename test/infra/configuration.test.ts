import { readConfiguration } from '../../infra/configuration.ts';
import { firesAtNight } from '../../infra/schedule-expression.ts';
import { parseBaseUrl } from '../../lambdas/extract/base-url.ts';
import { sources } from '../../lambdas/sources/index.ts';

/** What the context is refused with. */
function refusal(context: unknown): string {
  try {
    readConfiguration(context);
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  }
  throw new Error('it was not refused');
}

const known = sources.map(({ name }) => name).join(', ');

const instance = (given: unknown) => ({ instances: { commet: given } });

test('with nothing said, each API of the registry is an instance of its own name', () => {
  const { instances, stage } = readConfiguration(undefined);
  expect(stage).toBe('prod');
  expect(instances.map(({ name, source }) => [name, source.name])).toEqual(sources.map(({ name }) => [name, name]));
  expect(instances.map(({ lookbackDays }) => lookbackDays)).toEqual(sources.map(({ lookbackDays }) => lookbackDays));
  expect(instances.every(({ enabled, baseUrl }) => enabled && baseUrl === null)).toBe(true);
});

test('by default instances fire one after another, when no change of clocks can skip them', () => {
  const { instances } = readConfiguration({});
  expect(instances.map(({ schedule, timeZone }) => [schedule, timeZone]).slice(0, 2)).toEqual([
    ['cron(15 4 * * ? *)', 'UTC'],
    ['cron(25 4 * * ? *)', 'UTC'],
  ]);
  const many = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`store_${index}`, { api: 'commet' }]));
  const schedules = readConfiguration({ instances: many }).instances.map(({ schedule }) => schedule);
  expect(schedules.filter(firesAtNight)).toEqual([]);
});

test('two stores of one API are two instances', () => {
  const { instances } = readConfiguration({
    instances: { commet: {}, store_eu: { api: 'commet', lookbackDays: 365 } },
  });
  expect(instances.map(({ name, source, lookbackDays }) => [name, source.name, lookbackDays])).toEqual([
    ['commet', 'commet', 45],
    ['store_eu', 'commet', 365],
  ]);
});

test('JSON text, as `cdk -c` gives it, is read like an object', () => {
  expect(readConfiguration('{"stage":"dev"}')).toEqual(readConfiguration({ stage: 'dev' }));
});

test.each([
  ['{', 'paymentsLake: must be an object, in cdk.json or as JSON text; got "{"'],
  [7, 'paymentsLake: must be an object; got 7'],
  [[], 'paymentsLake: must be an object; got []'],
  [{ stge: 'dev' }, "got 'stge'"],
  [{ stage: 'Dev' }, "paymentsLake.stage: must be a stage's name: a-z and 0-9"],
  [{ stage: 'a_b' }, 'got "a_b"'],
  [{ tags: { 'aws:a': 'b' } }, 'paymentsLake.tags.aws:a: must be 1 to 128 characters, not beginning with aws:'],
  [{ tags: { a: 1 } }, "paymentsLake.tags.a: must be a tag's value: text of at most 256 characters; got 1"],
  [{ encoder: 'arrow' }, 'paymentsLake.encoder: must be one of hyparquet, parquetjs; got "arrow"'],
  [{ alarmEmail: 'nobody' }, 'paymentsLake.alarmEmail: must be an e-mail address'],
  [{ alarmEmail: '' }, 'for example \'data@example.com\', or null; got ""'],
  [{ retentionDays: 8 }, 'paymentsLake.retentionDays: must be a retention CloudWatch Logs takes: 1, 3, 5, 7'],
  [{ leaseSeconds: 0 }, 'paymentsLake.leaseSeconds: must be a whole number of seconds, 1 to 600; got 0'],
  [{ leaseSeconds: 90 }, 'paymentsLake.waitForLeaseSeconds: must be more than leaseSeconds (90)'],
  [
    { timeoutSeconds: 150 },
    'paymentsLake.timeoutSeconds: must be more than waitForLeaseSeconds + reserveSeconds (90 + 60)',
  ],
  [{ timeoutSeconds: 901 }, 'a whole number of seconds, 3 to 900; got 901'],
  [{ memoryMb: 1769.5 }, 'a whole number of MB, 512 to 10240; got 1769.5'],
  [{ mostContinuations: '9' }, 'a whole number of invocations, 0 to 10000; got "9"'],
  [{ savedQueries: 'no' }, 'paymentsLake.savedQueries: must be true or false; got "no"'],
  [{ instances: [] }, 'paymentsLake.instances: must be an object'],
  [{ instances: {} }, 'paymentsLake.instances: must be at least one instance'],
  [{ instances: { eu: {} } }, `paymentsLake.instances.eu.api: must be one of ${known}, since no API is named 'eu'`],
  [{ instances: { Eu: { api: 'commet' } } }, "paymentsLake.instances: an instance's name is snake_case"],
  [{ instances: { payments: { api: 'commet' } } }, "paymentsLake.instances: an instance may not be named 'payments'"],
  [instance(null), 'paymentsLake.instances.commet: must be an object; got null'],
  [instance({ api: 'none' }), `paymentsLake.instances.commet.api: must be one of ${known}; got "none"`],
  [
    instance({ lookBackDays: 3 }),
    'paymentsLake.instances.commet.lookBackDays: must be a key that is known (api, schedule',
  ],
  [
    instance({ lookbackDays: 0 }),
    'paymentsLake.instances.commet.lookbackDays: must be a whole number of days, 1 to 365; got 0',
  ],
  [instance({ lookbackDays: 366 }), '1 to 365; got 366'],
  [instance({ schedule: 'daily' }), "must be a schedule, for example 'cron(15 4 * * ? *)' (every day at 04:15)"],
  [
    instance({ schedule: 'cron(15 25 * * ? *)' }),
    'hours: 0 to 23, a list or range of them, or *; got "cron(15 25 * * ? *)"',
  ],
  [instance({ schedule: 5 }), "must be a schedule, for example 'cron(15 4 * * ? *)'"],
  [
    instance({ timeZone: 'Berlin' }),
    'must be UTC or a time zone of the IANA database, for example \'Europe/Berlin\'; got "Berlin"',
  ],
  [instance({ timeZone: '+02:00' }), 'got "+02:00"'],
  [instance({ timeZone: 'europe/berlin' }), 'got "europe/berlin"'],
  [instance({ timeZone: 'Europe/BERLIN' }), 'got "Europe/BERLIN"'],
  [instance({ timeZone: 'PST' }), 'got "PST"'],
  [{ instances: { commet: { api: 'checkout_page' } } }, 'got the API checkout_page; give it another name'],
  [instance({ enabled: 1 }), 'paymentsLake.instances.commet.enabled: must be true or false; got 1'],
])('%j is refused', (context, text) => {
  expect(refusal(context)).toContain(text);
  expect(refusal(context)).toMatch(/^UsageError: paymentsLake\b/);
});

test('each wrong key has a line of its own', () => {
  const lines = refusal({ stage: '', instances: { commet: { lookbackDays: 0, schedule: '' } }, x: 1 }).split('\n');
  expect(lines.map((line) => /paymentsLake\.([\w.]+):/.exec(line)?.[1])).toEqual([
    'stage',
    'instances.commet.schedule',
    'instances.commet.lookbackDays',
    'x',
  ]);
});

test.each([
  ['https://api.example.com/v1', true],
  ['http://127.0.0.1:4010/api', true],
  ['http://[::1]:4010', true],
  ['http://localhost/v1', true],
  ['http://api.example.com', false],
  ['http://127.0.0.1.example.com', false],
  ['https://key@api.example.com', false],
  ['https://api.example.com/?key=1', false],
  ['https://api.example.com/#a', false],
  ['ftp://127.0.0.1', false],
  ['api.example.com', false],
])('the base URL %s is taken (%s), as the function takes it', (baseUrl, isTaken) => {
  const accepts = (action: () => unknown) => {
    try {
      action();
      return true;
    } catch {
      return false;
    }
  };
  expect(accepts(() => readConfiguration(instance({ baseUrl })))).toBe(isTaken);
  expect(accepts(() => parseBaseUrl(baseUrl))).toBe(isTaken);
});
