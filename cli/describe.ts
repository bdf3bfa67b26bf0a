import type { Command } from 'commander';
import { sources } from '../lambdas/sources/index.ts';
import { type Databases, databasesBeside, plainDatabases } from '../lambdas/warehouse/databases.ts';
import { dictionary } from '../lambdas/warehouse/dictionary.ts';
import type { Instance } from '../lambdas/warehouse/instance.ts';
import { lakeInstances } from '../local/lake.ts';
import type { CommandIo, ExitCode } from './command-io.ts';
import { findTable, listText, tableText } from './describe-report.ts';
import { lakeOptionOf } from './lake-option.ts';
import { refuseBesideStack, stackOption } from './stack-option.ts';

interface DescribeOptions {
  readonly lake?: string;
  readonly stack?: string;
  readonly json?: true;
}

export function addDescribeCommand(program: Command, io: CommandIo, done: (code: ExitCode) => void): void {
  program
    .command('describe')
    .summary('what the tables and their columns mean')
    .description(
      `The data dictionary: every table and view, or one of them with each column's type, unit, meaning, JSON path, whether it is personal, \
and an example query. Needs neither a lake nor a network: without --lake and --stack it is of both APIs under their own names.`,
    )
    .argument('[table]', 'a table or view; payments_lake_history.<table> for one of the history')
    .addOption(lakeOptionOf('of the instances of the lake in this folder'))
    .addOption(stackOption())
    .option('--json', 'JSON on stdout: an object of one table, an array of all')
    .action(async (table: string | undefined, options: DescribeOptions, command: Command) => {
      if (options.stack !== undefined) refuseBesideStack(command);
      done(await describe(table, options, io));
    });
}

async function describe(name: string | undefined, options: DescribeOptions, io: CommandIo): Promise<ExitCode> {
  const { instances, databases } = await describedWarehouse(options);
  const tables = dictionary(instances, databases);
  const found = name === undefined ? null : findTable(name, tables);
  if (options.json) io.stdout.write(`${JSON.stringify(found ?? tables, null, 2)}\n`);
  else io.stdout.write(found ? tableText(found) : listText(tables));
  return 0;
}

interface DescribedWarehouse {
  readonly instances: readonly Instance[];
  readonly databases: Databases;
}

async function describedWarehouse({ lake, stack }: DescribeOptions): Promise<DescribedWarehouse> {
  if (stack !== undefined) {
    const { instances, currentDatabase } = await (await import('./stack.ts')).readStack(stack);
    return { instances, databases: databasesBeside(currentDatabase) };
  }
  if (lake === undefined) {
    return { instances: sources.map((source) => ({ name: source.name, source })), databases: plainDatabases };
  }
  return { instances: await lakeInstances(lake, sources), databases: plainDatabases };
}
