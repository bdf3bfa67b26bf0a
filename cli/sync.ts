import type { Command } from 'commander';
import { sources } from '../lambdas/sources/index.ts';
import type { CommandIo, ExitCode } from './command-io.ts';
import { lakeOption } from './lake-option.ts';
import { runSyncCommand } from './run-sync.ts';
import { refuseBesideStack, stackOption } from './stack-option.ts';
import { parseStackSyncOptions } from './stack-sync-options.ts';
import { parseSyncOptions, type SyncOptions } from './sync-options.ts';

const names = sources.map(({ name }) => name).join(', ');

const filterHelp = sources
  .flatMap((source) =>
    Object.entries(source.list.filters).map(([name, { meaning }]) => `  ${source.name} ${name}: ${meaning}`),
  )
  .join('\n');

export function addSyncCommand(program: Command, io: CommandIo, done: (code: ExitCode) => void): void {
  program
    .command('sync')
    .summary('payments from the APIs into the lake')
    .description(
      `Reads payments and writes what the lake does not hold yet. The first sync reads everything; later ones what may \
have changed. A sync that was stopped goes on where it stopped.`,
    )
    .argument('[source...]', `${names}, or with --api a name of your own for another account; none: ${names}`)
    .option('--api <api>', `the API that a SOURCE of your own name is an account of: ${names}`)
    .option('--backfill', 'read a range again, or everything')
    .option('--from <date>', 'created at or after: YYYY-MM-DD, or an ISO 8601 instant; UTC. Implies --backfill')
    .option('--to <date>', 'created before; as --from')
    .option('--filter <name=value>', 'read only what matches; may be given again for another name', collected)
    .option('--rewrite', 'write all that is read, also what the lake holds already')
    .option('--confirm-deletions', 'mark as deleted also more than 20 payments and 10 % of the list at once')
    .option(
      '--personal-data <mode>',
      "keep, hash or drop: what a new lake does with personal columns; later it is the lake's",
    )
    .option('--rate <n/min>', 'requests a minute, such as 60/min, instead of the documented limit')
    .addOption(lakeOption())
    .addOption(stackOption())
    .option('--base-url <url>', "instead of the API's documented base; with exactly one SOURCE")
    .option('--same-account', 'the base URL is another one, the account is the same')
    .option('--json', 'one JSON object on stdout at the end, logs on stderr')
    .addHelpText(
      'after',
      `
Filters:
${filterHelp}

With --stack a SOURCE is an instance of the stack, its function runs the sync with its own key, and this command
follows: Ctrl-C ends the following, not the sync. Else the API's key comes from the environment: ${sources.map(({ name }) => `${name.toUpperCase()}_API_KEY`).join(', ')}, <NAME>_API_KEY.
Ends with 0 done, 1 failed, 2 wrongly called, 130 interrupted.`,
    )
    .action(async (given: string[], options: SyncOptions, command: Command) => {
      if (options.stack === undefined) {
        return done(await runSyncCommand(parseSyncOptions(given, options, sources), io));
      }
      refuseBesideStack(command);
      const request = parseStackSyncOptions(given, options.stack, options);
      // The SDK's clients are read when they are wanted: a laptop's command need not wait for them.
      const { runStackSync } = await import('./run-stack-sync.ts');
      return done(await runStackSync(request, io));
    });
}

const collected = (value: string, before: readonly string[] = []): string[] => [...before, value];
