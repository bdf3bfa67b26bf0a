import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'payments-lake-path-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** `npm run test:stack` where nothing but what lies in the folder is on PATH. */
const runSuite = () =>
  new Promise<{ code: number; printed: string }>((resolve) => {
    const args = ['--import', 'tsx', join('test', 'stack', 'run.ts')];
    const child = execFile(process.execPath, args, { env: { PATH: folder } }, (_, out, err) =>
      resolve({ code: child.exitCode as number, printed: out + err }),
    );
  });

test('without Python test:stack fails, and says on one line what it needs', async () => {
  const { code, printed } = await runSuite();
  expect(code).toBe(1);
  expect(printed).toMatch(/^test:stack needs Python 3\.11 or newer as python3, and there is none on PATH$/m);
});

test('a Python that is too old is named with its version', async () => {
  writeFileSync(join(folder, 'python3'), '#!/bin/sh\necho 3.9.18\n', { mode: 0o755 });
  const { code, printed } = await runSuite();
  expect(code).toBe(1);
  expect(printed).toMatch(/^test:stack needs Python 3\.11 or newer as python3, got 3\.9\.18$/m);
});
