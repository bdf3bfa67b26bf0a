/**
 * What one page costs in CPU by fetch, and by the client of lambdas/extract on node:http: `tsx bench/http-client.ts [PAGES]`.
 * The server runs in a process of its own, so that only the client's CPU is counted.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { httpClient } from '../lambdas/extract/http-client.ts';
import { checkoutPage } from '../lambdas/sources/checkout-page.ts';

/** 100 records of about 1.5 kB, as a page of Checkout Page has them; texts differ, or gzip would have no work. */
function pageBody(): Buffer {
  let state = 1;
  const next = () => {
    state = (state * 48271) % 0x7fffffff;
    return state;
  };
  const field = (n: number) => [`field${n}`, n % 3 === 0 ? next() : next().toString(36).repeat(2)];
  const data = Array.from({ length: 100 }, (_, n) => ({
    id: n.toString(16).padStart(24, '0'),
    ...Object.fromEntries(Array.from({ length: 55 }, (_, f) => field(f))),
  }));
  return Buffer.from(JSON.stringify({ has_more: true, total: 100_000, data }));
}

function serve(): void {
  const plain = pageBody();
  const zipped = gzipSync(plain);
  const server = createServer((request, response) => {
    const zip = request.url?.startsWith('/gzip');
    const body = zip ? zipped : plain;
    response.writeHead(200, { 'content-type': 'application/json', ...(zip ? { 'content-encoding': 'gzip' } : {}) });
    response.end(body);
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}

async function measure(pages: number, page: () => Promise<unknown>): Promise<{ cpuMs: number; wallMs: number }> {
  for (let n = 0; n < pages / 4; n += 1) await page();
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let n = 0; n < pages; n += 1) await page();
  const { user, system } = process.cpuUsage(cpu);
  return { cpuMs: (user + system) / 1000 / pages, wallMs: (performance.now() - start) / pages };
}

async function main(pages: number): Promise<void> {
  const server = fork(process.argv[1] ?? '', ['serve']);
  const [port] = (await once(server, 'message')) as [number];
  const baseUrl = `http://127.0.0.1:${port}`;
  const client = httpClient({ instance: 'bench', source: checkoutPage, baseUrl, key: 'k', keyName: 'BENCH_API_KEY' });
  const ways: Record<string, (path: string) => () => Promise<unknown>> = {
    fetch: (path) => async () => (await fetch(baseUrl + path)).json(),
    client: (path) => () => client.getJson(path, {}),
  };
  const text = pageBody().toString('utf8');
  const bare = await measure(pages, async () => JSON.parse(text));
  const table = [
    {
      body: 'plain',
      way: 'JSON.parse alone',
      'CPU ms/page': bare.cpuMs.toFixed(2),
      'wall ms/page': bare.wallMs.toFixed(2),
    },
  ];
  for (const path of ['/plain', '/gzip']) {
    for (const [way, page] of Object.entries(ways)) {
      const { cpuMs, wallMs } = await measure(pages, page(path));
      table.push({ body: path.slice(1), way, 'CPU ms/page': cpuMs.toFixed(2), 'wall ms/page': wallMs.toFixed(2) });
    }
  }
  console.table(table);
  client.close();
  server.kill();
}

if (process.argv[2] === 'serve') serve();
else await main(Number(process.argv[2] ?? 1_000));
