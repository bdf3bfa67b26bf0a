import { refuseStrayContext } from '../../infra/context.ts';
import { UsageError } from '../../lambdas/errors.ts';
import { context } from '../support/synthesised.ts';

test("cdk.json's own context, and CDK's, are let through", () => {
  const cdk = { 'aws:cdk:enable-path-metadata': true, 'availability-zones:account=1:region=eu-central-1': ['a'] };
  expect(() => refuseStrayContext({ ...context, ...cdk, quiet: true })).not.toThrow();
});

const top = 'at the top of the context nobody reads it';

test.each([
  ['stage', `stage: must stand under paymentsLake, in cdk.json or as -c paymentsLake='{"stage": …}'`, top],
  ['alarmEmail', '-c paymentsLake=\'{"alarmEmail": …}\'', top],
  ['paymentsLake.stage', `paymentsLake.stage: must stand under paymentsLake, in cdk.json`, '{"stage": …}'],
  ['lookbackDays', 'lookbackDays: must stand under paymentsLake.instances.NAME in cdk.json', top],
  ['payments-lake', "payments-lake: the context's key is paymentsLake, got 'payments-lake'", '{"stage": "dev"}'],
  ['PaymentsLake', "got 'PaymentsLake'", 'nothing is read under another'],
  ['paymentLakes', "got 'paymentLakes'", 'paymentsLake'],
  ['paymentsLkae', "got 'paymentsLkae'", 'paymentsLake'],
])('-c %s=… is refused with the form that is right', (key, ...parts) => {
  expect(() => refuseStrayContext({ ...context, [key]: 'dev' })).toThrow(UsageError);
  for (const part of parts) expect(() => refuseStrayContext({ ...context, [key]: 'dev' })).toThrow(part);
});

test('each stray key has a line of its own', () => {
  expect(() => refuseStrayContext({ stage: 'dev', tags: {} })).toThrow(/^stage: .*\ntags: .*$/);
});
