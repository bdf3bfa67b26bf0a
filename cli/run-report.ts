import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { SqlQuery } from '../lambdas/athena/sql-query.ts';
import { TerminalError, UsageError } from '../lambdas/errors.ts';
import { sources } from '../lambdas/sources/index.ts';
import type { Instance } from '../lambdas/warehouse/instance.ts';
import { lakeInstances } from '../local/lake.ts';
import { openLakeQuery } from '../local/lake-query.ts';
import { collect } from '../report/collect.ts';
import { pageHtml } from '../report/page.ts';
import { asking } from './asking.ts';
import type { CommandIo, ExitCode } from './command-io.ts';
import type { ReportRequest } from './report.ts';

/** A warehouse to report on, opened. */
interface Opened {
  readonly query: SqlQuery;
  readonly instances: readonly Instance[];
  readonly of: string;
}

/** Writes the page, and says where. */
export async function runReport(request: ReportRequest, io: CommandIo, now = Date.now()): Promise<ExitCode> {
  // Before the queries: in the cloud they cost something.
  await refuseOut(request.out);
  const { query, instances, of } = await open(request);
  const { answers, scannedBytes } = await asking(query, io.interrupted, () => collect(query, { instances, now }));
  await writeWhole(request.out, pageHtml({ of, instances, now, answers }));
  if (scannedBytes !== null) {
    io.stderr.write(`payments-lake: ${scannedBytes.toLocaleString('en')} bytes scanned by ${answers.size} queries\n`);
  }
  io.stdout.write(`${request.out}\n`);
  return 0;
}

async function open({ lake, stack: name }: ReportRequest): Promise<Opened> {
  if (name !== undefined) {
    const stack = await (await import('./stack.ts')).readStack(name);
    const { queryOf } = await import('./stack-query.ts');
    return { query: queryOf(stack), instances: stack.instances, of: `the stack ${name}` };
  }
  const instances = await lakeInstances(lake, sources);
  return { query: await openLakeQuery(lake, instances), instances, of: `the lake ${lake}` };
}

async function refuseOut(out: string): Promise<void> {
  if ((await stat(out).catch(() => null))?.isDirectory()) {
    throw new UsageError(`--out is a file, got the folder ${out}: add the file's name`);
  }
  const folder = dirname(resolve(out));
  if (!(await stat(folder).catch(() => null))?.isDirectory()) {
    throw new UsageError(`--out is a file in a folder that is there, got ${out}: make ${folder} first`);
  }
}

/** Whole or not at all: who has the page open, or looks at it meanwhile, never sees half of one. */
async function writeWhole(out: string, text: string): Promise<void> {
  const draft = `${out}.${process.pid}`;
  try {
    await writeFile(draft, text);
    await rename(draft, out);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new TerminalError(`the report can't be written to ${out}: ${code}; choose another file with --out`);
  }
}
