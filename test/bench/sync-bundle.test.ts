import type { Metafile } from 'esbuild';
import { bundleSync, mostBundleBytes } from '../../bench/sync-bundle.ts';

let output: Metafile['outputs'][string];
beforeAll(async () => {
  const { outputs } = await bundleSync(null);
  const [, bundle] = Object.entries(outputs).find(([path]) => path.endsWith('.js')) ?? [];
  if (!bundle) throw new Error('no bundle');
  output = bundle;
});

test('the bundle of a sync function has at most 1.5 MB', () => {
  expect(output.bytes).toBeLessThanOrEqual(mostBundleBytes);
  expect(output.bytes).toBeGreaterThan(100_000);
});

test('it has the SDK clients a sync uses, and no other', () => {
  const used = Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const clients = used.flatMap(
    ([path]) => /node_modules\/(@aws-sdk\/client-[a-z0-9-]+)\/(?!.*node_modules)/.exec(path)?.[1] ?? [],
  );
  expect([...new Set(clients)].sort()).toEqual([
    // It counts what is in the warehouse: reconcile.
    '@aws-sdk/client-athena',
    '@aws-sdk/client-dynamodb',
    '@aws-sdk/client-lambda',
    '@aws-sdk/client-s3',
    '@aws-sdk/client-secrets-manager',
  ]);
});

test('nothing of the laptop, of the deployment or of a native addon is in it', () => {
  const strange = Object.keys(output.inputs).filter((path) =>
    /^(local|cli|infra|test)\/|node_modules\/(@duckdb|aws-cdk-lib|dynalite|classic-level|commander)\//.test(path),
  );
  expect(strange).toEqual([]);
});
