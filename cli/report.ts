import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandIo, ExitCode } from './command-io.ts';
import { lakeOption } from './lake-option.ts';
import { refuseBesideStack, stackOption } from './stack-option.ts';

/** What `payments-lake report` was asked to do. */
export interface ReportRequest {
  readonly lake: string;
  /** Instead of the lake. */
  readonly stack?: string;
  /** The file; one that is there is replaced. */
  readonly out: string;
}

const outOption = (): Option =>
  new Option('--out <file>', 'the file to write').default('./payments-report.html').argParser((file: string) => {
    if (file.trim() === '') throw new InvalidArgumentError('It is a file, got nothing.');
    return file;
  });

export function addReportCommand(program: Command, io: CommandIo, done: (code: ExitCode) => void): void {
  program
    .command('report')
    .summary('one page to look at: revenue, tax, refunds, the pipeline')
    .description(
      `Writes one HTML file that needs no network: revenue by month and currency, payments by status, tax by country, refunds, \
fees, customers, and the pipeline's health. Each chart has its figures and its SQL.`,
    )
    .addOption(lakeOption())
    .addOption(stackOption())
    .addOption(outOption())
    .addHelpText(
      'after',
      `
It covers the last 13 months and holds sums only, no customer. With --stack the queries run in Athena, in the stack's
workgroup; what they scanned is told on stderr.`,
    )
    .action(async (request: ReportRequest, command: Command) => {
      if (request.stack !== undefined) refuseBesideStack(command);
      const { runReport } = await import('./run-report.ts');
      done(await runReport(request, io));
    });
}
