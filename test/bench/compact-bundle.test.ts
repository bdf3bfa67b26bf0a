import { bundleSync, mostBundleBytes } from '../../bench/sync-bundle.ts';
import { compactEntry } from '../../infra/bundling.ts';

test('the bundle of the compaction function is small, and has the SDK clients it uses and nothing of the laptop', async () => {
  const { outputs } = await bundleSync(null, compactEntry);
  const [, bundle] = Object.entries(outputs).find(([path]) => path.endsWith('.js')) ?? [];
  expect(bundle?.bytes).toBeLessThanOrEqual(mostBundleBytes);
  const used = Object.entries(bundle?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const clients = used.flatMap(
    ([path]) => /node_modules\/(@aws-sdk\/client-[a-z0-9-]+)\/(?!.*node_modules)/.exec(path)?.[1] ?? [],
  );
  expect([...new Set(clients)].sort()).toEqual([
    '@aws-sdk/client-dynamodb',
    '@aws-sdk/client-lambda',
    '@aws-sdk/client-s3',
  ]);
  const strange = used.filter(([path]) =>
    /^(local|cli|infra|test|lambdas\/extract)\/|node_modules\/(@duckdb|aws-cdk-lib|dynalite|classic-level|parquetjs-lite)\//.test(
      path,
    ),
  );
  expect(strange.map(([path]) => path)).toEqual([]);
});
