/**
 * The sync function as it is deployed, in a plain Node process: how large its bundle is, how long it takes to be ready
 * for its first event, and whether it runs: `npm run bench:cold-start [NODE…]`, each NODE a node binary to try as well.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type FunctionSettings, settingsVariable } from '../lambdas/warehouse/function-settings.ts';
import { startCheckoutPage } from '../local/sample-apis/checkout-page.ts';
import { bundleSync, mostBundleBytes } from './sync-bundle.ts';

const mostMs = 400;
const runs = 9;

const run = promisify(execFile);

/** Into a folder whose CommonJS node takes for what it is. */
async function bundle(folder: string): Promise<string> {
  const outfile = join(folder, 'index.js');
  await bundleSync(outfile);
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}');
  return outfile;
}

/**
 * The quickest of nine, since whatever else the machine does only adds.
 *
 * @returns ms from requiring the bundle, and from the start of the process, to the handler being there; and CPU till then
 */
async function readyMs(node: string, file: string): Promise<{ load: number; whole: number; cpu: number }> {
  const script = `const begun = performance.now(); const { handler } = require(${JSON.stringify(file)});
    if (typeof handler !== 'function') throw new Error('no handler');
    const ready = performance.now(); const { user, system } = process.cpuUsage();
    console.log(JSON.stringify([ready - begun, ready, (user + system) / 1000]));`;
  const measured: [number, number, number][] = [];
  for (let index = 0; index < runs; index += 1) {
    const { stdout } = await run(node, ['--enable-source-maps', '-e', script]);
    measured.push(JSON.parse(stdout));
  }
  return {
    load: Math.min(...measured.map(([load]) => load)),
    whole: Math.min(...measured.map(([, whole]) => whole)),
    cpu: Math.min(...measured.map(([, , cpu]) => cpu)),
  };
}

/** Invokes the bundle's handler for a dry run against a sample API; only Secrets Manager is played. @returns ms */
async function dryRun(node: string, file: string, encoder: FunctionSettings['encoder']): Promise<number> {
  const api = await startCheckoutPage({ payments: 250 });
  const secrets = createServer((_, response) => response.end(JSON.stringify({ SecretString: api.key })));
  secrets.listen(0, '127.0.0.1');
  await once(secrets, 'listening');
  const settings: Partial<FunctionSettings> = {
    stage: 'bench',
    instance: 'checkout_page',
    api: 'checkout_page',
    baseUrl: api.baseUrl,
    secretId: 'bench',
    encoder,
    leaseSeconds: 60,
    reserveSeconds: 60,
  };
  const env = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(secrets.address() as AddressInfo).port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    [settingsVariable]: JSON.stringify(settings),
  };
  const script = `const { handler } = require(${JSON.stringify(file)});
    const context = { functionName: 'bench', memoryLimitInMB: '1024', awsRequestId: 'bench', getRemainingTimeInMillis: () => 9e5 };
    const begun = performance.now();
    handler({ dryRun: true }, context).then(({ dryRun, error }) => {
      if (dryRun?.total !== 250) throw new Error(error ?? 'no estimate');
      console.log(performance.now() - begun);
    }).catch(({ message }) => { console.error(message); process.exit(1); });`;
  try {
    const { stdout } = await run(node, ['-e', script], { env });
    return Number(stdout);
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(`the bundle does not run with ${encoder}: ${stderr?.slice(-500) ?? String(error)}`);
  } finally {
    secrets.close();
    secrets.closeAllConnections();
    await api.close();
  }
}

async function main(nodes: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'payments-lake-bundle-'));
  try {
    const file = await bundle(folder);
    const { size } = statSync(file);
    const rows = [];
    for (const node of nodes) {
      const { stdout: version } = await run(node, ['--version']);
      const { load, whole, cpu } = await readyMs(node, file);
      rows.push({
        node: version.trim(),
        'bundle kB': Math.round(size / 1024),
        'load ms': Math.round(load),
        'process start to ready ms': Math.round(whole),
        'CPU of it ms': Math.round(cpu),
        'first dry run ms': Math.round(await dryRun(node, file, 'hyparquet')),
        'with parquetjs ms': Math.round(await dryRun(node, file, 'parquetjs')),
      });
    }
    console.table(rows);
    const tooSlow = rows.some((row) => row['process start to ready ms'] > mostMs);
    if (size > mostBundleBytes) console.error(`the bundle may have ${mostBundleBytes} bytes, got ${size}`);
    if (tooSlow) console.error(`the handler may take ${mostMs} ms from the start of the process until it is ready`);
    if (size > mostBundleBytes || tooSlow) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await main([process.execPath, ...process.argv.slice(2)]);
