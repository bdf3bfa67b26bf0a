import { UsageError } from '../errors.ts';
import type { Source } from '../sources/source.ts';

/** One account of one payments API. Named like the API by default; a second store is a second instance. */
export interface Instance {
  readonly name: string;
  readonly source: Source;
}

/** Tables and views of the pipeline itself: neither an instance nor one of its tables may have such a name. */
export const reservedNames: ReadonlySet<string> = new Set([
  'payments',
  'payments_all',
  'payments_lake',
  'payments_lake_history',
  'payments_lake_anonymous',
  'tax_lines',
  'line_items',
  'loads',
  'drift',
  'reconciliations',
]);

/** Begins with a letter: folders whose name begins with '_' are skipped by Athena, and by us. */
const instanceName = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

/** Room for the longest table name below Glue's 255, and for the name of the environment variable that holds the key. */
const nameLimit = 64;

/** Name of an instance's table in both databases, and of its folder: `commet_payments`. */
export const tableName = (instance: Instance, table: { readonly name: string }): string =>
  `${instance.name}_${table.name}`;

/**
 * What the name of an instance must hold, on its own and beside the others.
 *
 * @param instances all that the lake has or is to have; the same name twice is refused
 * @param known the registry: an instance named like an API is of that API
 * @throws {UsageError} naming the instance, the rule and what it collides with
 */
export function refuseWrongInstances(instances: readonly Instance[], known: readonly Source[]): void {
  const owners = new Map<string, string>();
  for (const instance of instances) {
    refuseWrongName(instance, known);
    for (const table of instance.source.tables) {
      const name = tableName(instance, table);
      const owner = reservedNames.has(name) ? 'the pipeline itself' : owners.get(name);
      if (owner !== undefined) {
        throw new UsageError(
          `instance '${instance.name}': its table ${name} is taken by ${owner}; give the instance another name`,
        );
      }
      owners.set(name, `instance '${instance.name}'`);
    }
  }
}

function refuseWrongName({ name, source }: Instance, known: readonly Source[]): void {
  if (!instanceName.test(name) || name.length > nameLimit) {
    throw new UsageError(
      `an instance's name is snake_case (a-z, 0-9, single _ between), at most ${nameLimit} characters, got '${name}'`,
    );
  }
  if (reservedNames.has(name)) {
    throw new UsageError(`an instance may not be named '${name}': the pipeline has a table or view of that name`);
  }
  const namesake = known.find((other) => other.name === name);
  if (namesake && namesake.name !== source.name) {
    throw new UsageError(
      `instance '${name}' is of the API ${namesake.name}, got the API ${source.name}; give it another name`,
    );
  }
}
