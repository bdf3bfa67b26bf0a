import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { tableName } from '../../lambdas/warehouse/instance.ts';
import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import { startCommet } from '../../local/sample-apis/commet.ts';
import { checkoutPageInstance, commetInstance, emptyFolder } from '../support/lake-builder.ts';
import { expectLakeEquals } from '../support/lake-records.ts';
import { endSyncs, startSync } from '../support/sync-process.ts';
import { noTally } from '../support/tally.ts';
import { sample } from './chance.ts';
import { extent, progress, report } from './extent.ts';

afterAll(endSyncs);

/** Of Checkout Page two payments, one of them made now: a file for each child table, and few moments more than Commet has. */
test.each([
  ['commet', 120, 0, commetInstance, startCommet],
  ['checkout_page', 1, 1, checkoutPageInstance, startCheckoutPage],
] as const)(
  'payments-lake sync %s killed with -9 at any moment is finished by the next',
  async (source, payments, added, instance, start) => {
    const folder = mkdtempSync(join(tmpdir(), 'payments-lake-steps-'));
    const api = await start({ payments, months: 2, until: new Date(Date.now() - 3_600_000) });
    api.addPayments(added);
    const figures = { moments: 0, tried: 0, kills: 0, requests: 0, ...noTally() };
    const part = `SIGKILLs of ${source}`;
    const tell = progress(part);
    const sync = (dir: string, more: { killAt?: string; env?: Record<string, string> } = {}) =>
      startSync({ dir, api, source, ...more }).ended;
    try {
      const file = join(folder, 'steps');
      const whole = emptyFolder();
      await sync(whole, { env: { STEPS_FILE: file } });
      rmSync(dirname(whole), { recursive: true });
      const moments = readFileSync(file, 'utf8').trim().split('\n');
      expect(moments.length).toBeGreaterThan(60);
      const files = moments.filter((name) => name.startsWith('before link')).join();
      for (const table of instance.source.tables) expect(files).toContain(`/${tableName(instance, table)}/`);
      figures.moments = moments.length;
      for (const [number, moment] of sample([...moments.entries()], extent().kills, extent().seed)) {
        const dir = emptyFolder();
        // The number of moments differs by a few from run to run: the last ones may never come.
        const { signal } = await sync(dir, { killAt: String(number) });
        if (signal === 'SIGKILL') figures.kills++;
        else expect({ moment, late: number > moments.length - 20 }).toEqual({ moment, late: true });
        const { code, lines } = await sync(dir);
        expect({ moment, code, lines: code === 0 ? [] : lines }).toEqual({ moment, code: 0, lines: [] });
        await expectLakeEquals(dir, instance, api, figures);
        figures.tried++;
        tell(figures);
        rmSync(dirname(dir), { recursive: true });
      }
    } finally {
      figures.requests = api.requests;
      report(part, figures);
      await api.close();
      rmSync(folder, { recursive: true });
    }
  },
);
