import type { Command } from 'commander';
import type { CommandIo, ExitCode } from './command-io.ts';
import { lakeOption } from './lake-option.ts';
import { runReconcileCommand } from './run-reconcile.ts';
import { refuseBesideStack, stackOption } from './stack-option.ts';
import { refuseTwice } from './sync-options.ts';

/** What `payments-lake reconcile` was asked to do, checked as far as it can be without the lake. */
export interface ReconcileRequest {
  /** Names of instances; none means all of the lake or stack. */
  readonly given: readonly string[];
  readonly explain: boolean;
  readonly repair: boolean;
  readonly json: boolean;
}

interface Options {
  readonly lake: string;
  readonly stack?: string;
  readonly explain?: true;
  readonly repair?: true;
  readonly json?: true;
}

export function addReconcileCommand(program: Command, io: CommandIo, done: (code: ExitCode) => void): void {
  program
    .command('reconcile')
    .summary('counts the lake against the APIs')
    .description(
      `Counts the payments of the last completed sync in the lake and at the API, whole and per status, and keeps the \
result in the table reconciliations. Commet tells no total: there the lake is counted against the last full reading.`,
    )
    .argument('[source...]', 'instances of the lake or stack; none: all of them')
    .option('--explain', 'page the lists that differ, and name the missing, surplus and differing payments')
    .option('--repair', 'read the missing and differing payments again, and count again; explains too')
    .addOption(lakeOption())
    .addOption(stackOption())
    .option('--json', 'one JSON object on stdout, with all ids; logs on stderr')
    .addHelpText(
      'after',
      `
Payments that came or changed since that sync began are left out. Surplus payments, in the lake and no more at the API,
are named and never deleted: two full readings that do not see a payment mark it as deleted.
Ends with 0 equal, 1 different or failed, 2 wrongly called, 130 interrupted.`,
    )
    .action(async (given: string[], options: Options, command: Command) => {
      refuseTwice(given);
      const { explain = false, repair = false, json = false } = options;
      const request: ReconcileRequest = { given, explain, repair, json };
      if (options.stack === undefined) return done(await runReconcileCommand(options.lake, request, io));
      refuseBesideStack(command);
      const { runStackReconcile } = await import('./run-stack-reconcile.ts');
      return done(await runStackReconcile(options.stack, request, io));
    });
}
