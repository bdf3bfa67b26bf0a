import { z } from 'zod';
import { sources } from '../lambdas/sources/index.ts';
import { personalDataModes } from '../lambdas/sources/personal-data.ts';
import { whatIsWrongWithSchedule } from './schedule-expression.ts';

/** What stands under the context key: every key with its unit, its bounds and its default. */

/** What CloudWatch Logs takes as retention. */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const whole = (unit: string, least: number, most: number) => {
  const rule = `a whole number of ${unit}, ${least} to ${most}`;
  return z.int(rule).min(least, rule).max(most, rule);
};

const oneOf = <const Words extends readonly string[]>(words: Words) => z.enum(words, `one of ${words.join(', ')}`);

const text = (rule: string, holds: (value: string) => boolean) => z.string(rule).refine(holds, rule);

/** Scheduler knows the zones of the IANA database, as they are written there; Node takes `pst` and offsets as well. */
function isTimeZone(name: string): boolean {
  if (!/^(UTC|[A-Z]\w+(\/[A-Z][\w+-]*)+)$/.test(name)) return false;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    // An alias has another name; the same one in other letters is misspelt.
    return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}

const isBaseUrl = (base: string): boolean => {
  if (!URL.canParse(base) || /[?#@]/.test(base)) return false;
  const { protocol, hostname } = new URL(base);
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback);
};

const scheduleExample = "for example 'cron(15 4 * * ? *)' (every day at 04:15) or 'rate(1 day)'";

const schedule = z.string(`a schedule, ${scheduleExample}`).superRefine((expression, context) => {
  const wrong = whatIsWrongWithSchedule(expression);
  if (wrong !== null) context.addIssue({ code: 'custom', message: `a schedule, ${scheduleExample}: ${wrong}` });
});

export const instanceSchema = z.strictObject(
  {
    /** Its API in the registry. Default: the API of the instance's own name. */
    api: oneOf(sources.map(({ name }) => name)).optional(),
    /** Recurring, of EventBridge Scheduler. Default: daily from 04:15 on, each instance 10 minutes after the one before. */
    schedule: schedule.optional(),
    /** What the schedule's hours are hours of. */
    timeZone: text("UTC or a time zone of the IANA database, for example 'Europe/Berlin'", isTimeZone).default('UTC'),
    /** Days before the watermark that the nightly reads again. Default: what the source declares. */
    lookbackDays: whole('days', 1, 365).optional(),
    /** How old the last full reading may be before a nightly reads the whole list. Default: what the source declares. */
    fullReadingDays: whole('days', 1, 3650).optional(),
    /** Default, and null: the API's documented base. */
    baseUrl: text('an https URL without user, query and fragment (http on loopback only)', isBaseUrl)
      .nullable()
      .default(null),
    /** Requests a minute that all its functions send together. Default: what the API documents; no limit on loopback. */
    requestsPerMinute: whole('requests a minute', 1, 10_000).optional(),
    /** false: everything is there, but nothing fires by itself. */
    enabled: z.boolean('true or false').default(true),
  },
  'an object',
);

export const configurationSchema = z.strictObject(
  {
    /** `prod` has the plain database names, any other stage its name behind them. */
    stage: text("a stage's name: a-z and 0-9, beginning with a letter, at most 20", (name) =>
      /^[a-z][a-z0-9]{0,19}$/.test(name),
    ).default('prod'),
    /** Of the stack; CloudFormation hands them on to every resource that takes tags. */
    tags: z
      .record(
        text('1 to 128 characters, not beginning with aws:', (key) => /^(?!aws:).{1,128}$/i.test(key)),
        text("a tag's value: text of at most 256 characters", (value) => value.length <= 256),
        'an object of tags: name and text',
      )
      .default({}),
    /** Name → instance. Default: one instance for each API of the registry, under the API's name. */
    instances: z.record(z.string(), instanceSchema, 'an object: name of an instance, and what it is').optional(),
    /** What is done with personal columns: keep, hash (HMAC-SHA256 under a key the stack makes) or drop. */
    personalData: oneOf(personalDataModes).default('keep'),
    /** A third database, of views without personal columns, with a policy of its own. */
    anonymousViews: z.boolean('true or false').default(true),
    /** What writes the Parquet files. */
    encoder: oneOf(['hyparquet', 'parquetjs']).default('hyparquet'),
    /** How long a function's hold on a sync outlives it. */
    leaseSeconds: whole('seconds', 1, 600).default(60),
    /** How long a starter waits for a sync that another function holds. More than the lease. */
    waitForLeaseSeconds: whole('seconds', 1, 600).default(90),
    /** Time left below which a function commits and hands over. */
    reserveSeconds: whole('seconds', 1, 600).default(60),
    /** A function's time. The most that Lambda gives, since each hand-over costs a start and a look at the warehouse. */
    timeoutSeconds: whole('seconds', 3, 900).default(900),
    /** A function's memory. Lambda gives CPU by memory: 1769 MB is one whole core, and a sync uses no more than one. */
    memoryMb: whole('MB', 512, 10_240).default(1769),
    /** Invocations a sync may have after its first. */
    mostContinuations: whole('invocations', 0, 10_000).default(100),
    /** Requests one backfill may send, over all its invocations. */
    mostRequestsPerBackfill: whole('requests', 1, 10_000_000).default(100_000),
    /** Requests a nightly's sweeps may send, all together; 0: none. */
    sweepRequests: whole('requests', 0, 100_000).default(600),
    /** Requests a nightly may send to read payments again that are still open beyond the lookback; 0: none. */
    recheckRequests: whole('requests', 0, 100_000).default(300),
    /** When the small files of all months are folded; in UTC. Weekly keeps a month of nightlies at a few files. */
    compactionSchedule: schedule.default('cron(45 5 ? * SUN *)'),
    /** Size of a compacted file. Its function holds it in memory. */
    compactionFileMb: whole('MB', 1, 256).default(128),
    /** How long a superseded file stays for queries that listed it. */
    compactionGraceHours: whole('hours', 1, 720).default(24),
    /** Invocations that the months to be compacted are shared out to. */
    compactionsAtOnce: whole('invocations', 1, 100).default(4),
    /** Who is told of alarms; null: nobody, with a warning at each synth. */
    alarmEmail: z.email("an e-mail address, for example 'data@example.com', or null").nullable().default(null),
    /** How long logs are kept. */
    retentionDays: z
      .int(`a whole number of days`)
      .refine((days) => retentions.includes(days), `a retention CloudWatch Logs takes: ${retentions.join(', ')} days`)
      .default(90),
    /** How long results of Athena queries are kept. */
    resultsExpiryDays: whole('days', 1, 365).default(7),
    /** How long a deleted or replaced object can still be brought back. */
    oldVersionDays: whole('days', 1, 3650).default(30),
    /** What one Athena query may scan before it is stopped: 10 GB are 5 US cents. */
    mostMbScannedPerQuery: whole('MB', 10, 100_000_000).default(10_000),
    /** Saved queries in the workgroup; false where an emulator cannot take them. */
    savedQueries: z.boolean('true or false').default(true),
  },
  'an object',
);
