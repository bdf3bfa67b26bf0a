import { currentView, type View } from './current-view.ts';
import { type Databases, plainDatabases } from './databases.ts';
import type { Instance } from './instance.ts';
import { paymentsView } from './payments-view.ts';
import { pipelineTables, pipelineView } from './pipeline-tables.ts';
import type { Engine } from './sql.ts';

/**
 * Every view of the current database, each after those it reads from. What is added here is deployed, and is on the
 * laptop too.
 */
export function allViews(
  instances: readonly Instance[],
  engine: Engine,
  databases: Databases = plainDatabases,
): readonly View[] {
  const current = instances.flatMap((instance) =>
    instance.source.tables.map((table) => currentView(instance, table, databases)),
  );
  return [
    ...current,
    paymentsView(instances, engine, databases),
    ...pipelineTables.map((table) => pipelineView(table, databases)),
  ];
}
