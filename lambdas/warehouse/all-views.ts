import { currentView, type View } from './current-view.ts';
import { type Databases, plainDatabases } from './databases.ts';
import type { Instance } from './instance.ts';
import { lineItemsView } from './line-items-view.ts';
import { allPaymentsView, paymentsView } from './payments-view.ts';
import { pipelineTables, pipelineView } from './pipeline-tables.ts';
import type { Engine, ShownColumn } from './sql.ts';
import { taxLinesView } from './tax-lines-view.ts';

/**
 * Every view of the current database, each after those it reads from. What is added here is deployed, and is on the
 * laptop too.
 *
 * @param shows which columns the views over all instances have; those of a table are its own
 */
export function allViews(
  instances: readonly Instance[],
  engine: Engine,
  databases: Databases = plainDatabases,
  shows: (column: ShownColumn) => boolean = () => true,
): readonly View[] {
  const current = instances.flatMap((instance) =>
    instance.source.tables.map((table) => currentView(instance, table, databases)),
  );
  return [
    ...current,
    allPaymentsView(instances, engine, databases, shows),
    paymentsView(databases, shows),
    taxLinesView(instances, engine, databases),
    lineItemsView(instances, engine, databases),
    ...pipelineTables.map((table) => pipelineView(table, databases)),
  ];
}
