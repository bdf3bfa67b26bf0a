import { Writable } from 'node:stream';
import { runSyncCommand } from '../cli/run-sync.ts';
// Loaded by name when a sync begins: here, so that compiling it does not count.
import '../lambdas/load/parquet-hyparquet.ts';
import { checkoutPage } from '../lambdas/sources/checkout-page.ts';
import { measured } from './measured.ts';

/** The `sync` command as it is, into a new lake: reading, flattening, Parquet, checkpoints. Run by bench/sync.ts. */
const [, , baseUrl, key, lake] = process.argv as [string, string, string, string, string];

await measured(async () => {
  let out = '';
  const stdout = new Writable({
    write(chunk, _, done) {
      out += String(chunk);
      done();
    },
  });
  const code = await runSyncCommand(
    {
      sources: [{ instance: 'checkout_page', api: checkoutPage }],
      backfill: false,
      from: null,
      to: null,
      filters: {},
      rewrite: false,
      confirmDeletions: false,
      personalData: null,
      ratePerMinute: null,
      lake,
      baseUrl,
      sameAccount: false,
      json: true,
    },
    {
      stdout,
      stderr: new Writable({ write: (_, __, done) => done() }),
      env: { ...process.env, CHECKOUT_PAGE_API_KEY: key },
      interrupted: new AbortController().signal,
    },
  );
  if (code !== 0) throw new Error(`the sync ended with ${code}: ${out}`);
  return (JSON.parse(out) as { syncs: { written: number }[] }).syncs[0]?.written ?? 0;
});
process.exit(0);
