import { parseArgs } from 'node:util';
import { startCheckoutPage } from './checkout-page.ts';
import { startCommet } from './commet.ts';

const usage =
  'usage: tsx local/sample-apis/main.ts --api checkout_page|commet [--payments 1000] [--seed 1] [--until INSTANT] [--months 24] [--port P] [--latency MS] [--rate N/min] [--no-compression]';

/** Runs one sample API until SIGTERM or SIGINT; prints one line of JSON when it answers. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      api: { type: 'string' },
      payments: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      until: { type: 'string' },
      months: { type: 'string', default: '24' },
      port: { type: 'string', default: '0' },
      latency: { type: 'string', default: '0' },
      rate: { type: 'string' },
      'no-compression': { type: 'boolean', default: false },
    },
  });
  const number = (name: 'payments' | 'seed' | 'months' | 'port' | 'latency' | 'rate'): number => {
    const value = Number(values[name]);
    if (!Number.isSafeInteger(value) || value < 0)
      throw new TypeError(`--${name} is a whole number, got '${values[name]}'`);
    return value;
  };
  const until = values.until === undefined ? undefined : new Date(values.until);
  if (until && Number.isNaN(until.getTime())) throw new TypeError(`--until is an instant, got '${values.until}'`);
  const start = { checkout_page: startCheckoutPage, commet: startCommet }[values.api ?? ''];
  if (!start) throw new TypeError(`--api is checkout_page or commet, got '${values.api ?? ''}'`);
  const sample = await start({
    payments: number('payments'),
    seed: number('seed'),
    months: number('months'),
    port: number('port'),
    latencyMs: number('latency'),
    compression: !values['no-compression'],
    rateLimit: values.rate === undefined ? null : { requestsPerMinute: number('rate') },
    ...(until ? { until } : {}),
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void sample.close());
  console.log(JSON.stringify({ baseUrl: sample.baseUrl, pid: process.pid, key: sample.key, payments: sample.total }));
}

main().catch((error: unknown) => {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = 2;
});
