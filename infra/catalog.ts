import { NestedStack, Stack } from 'aws-cdk-lib';
import { CfnNamedQuery } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';
import { allViews } from '../lambdas/warehouse/all-views.ts';
import { anonymousViews } from '../lambdas/warehouse/anonymous-views.ts';
import type { View } from '../lambdas/warehouse/current-view.ts';
import { anonymousDatabaseOf, type Databases, databasesOf } from '../lambdas/warehouse/databases.ts';
import { sharedTables, tablesOf } from '../lambdas/warehouse/history-tables.ts';
import type { Instance } from '../lambdas/warehouse/instance.ts';
import { AnalystPolicy } from './analyst-policy.ts';
import type { Configuration } from './configuration.ts';
import { parquetTable, viewTable } from './glue-tables.ts';
import { QueryWorkgroup } from './query-workgroup.ts';
import { savedQueries } from './saved-queries.ts';
import type { Storage } from './storage.ts';

export interface CatalogProps {
  /** Its stage names the databases, its instances the tables; it bounds what a query scans. */
  readonly configuration: Configuration;
  /** Where the tables' files lie, and the results of queries. */
  readonly storage: Storage;
}

/** A database that analysts see, and the views that are to be in it. */
interface Shown {
  readonly name: string;
  readonly database: CfnDatabase;
  readonly views: readonly View[];
}

/** What analysts see in Athena, all of it made from the sources' declarations, and what they may do there. */
export class Catalog extends Construct {
  readonly databases: Databases;
  readonly workgroup: QueryWorkgroup;
  readonly analyst: AnalystPolicy;
  /** The views without personal columns, for people who are to see those only; null: there are none. */
  readonly anonymous: { readonly database: string; readonly analyst: AnalystPolicy } | null;

  constructor(scope: Construct, id: string, { configuration, storage }: CatalogProps) {
    super(scope, id);
    const { instances, stage } = configuration;
    const databases = databasesOf(stage);
    const anonymous = configuration.anonymousViews ? { ...databases, current: anonymousDatabaseOf(stage) } : null;
    this.databases = databases;
    const history = database(this, 'History', databases.history, 'Every version of each payment ever loaded.');
    for (const table of sharedTables) parquetTable(history, history.ref, table, storage.bucket.bucketName);
    const current = database(this, 'Current', databases.current, 'The payments as they stand, and what is theirs.');
    const shown: Shown[] = [
      { name: databases.current, database: current, views: allViews(instances, 'trino', databases) },
    ];
    if (anonymous) {
      const { current: name } = anonymous;
      const glue = database(this, 'Anonymous', name, 'The payments as they stand, without personal columns.');
      shown.push({ name, database: glue, views: anonymousViews(instances, 'trino', anonymous) });
    }
    for (const instance of instances) this.addInstance(instance, history, shown, storage);
    this.addViewsOverAll(instances, shown);
    this.workgroup = new QueryWorkgroup(this, 'Workgroup', { configuration, storage });
    if (configuration.savedQueries) this.save(instances.map(({ name }) => name));
    const { workgroupName: workgroup } = this.workgroup;
    this.analyst = new AnalystPolicy(this, 'Analyst', { workgroup, databases, storage });
    this.anonymous = anonymous && {
      database: anonymous.current,
      analyst: new AnalystPolicy(this, 'AnonymousAnalyst', { workgroup, databases: anonymous, storage }),
    };
  }

  private addInstance(instance: Instance, history: CfnDatabase, shown: readonly Shown[], { bucket }: Storage): void {
    const tables = tablesOf(instance);
    const stack = this.stackBelow(instance.name, `the tables and views of ${instance.name}`, [
      history,
      ...shown.map(({ database }) => database),
    ]);
    const historyTables = new Construct(stack, history.node.id);
    for (const table of tables) parquetTable(historyTables, this.databases.history, table, bucket.bucketName);
    const own = new Set(tables.map(({ name }) => name));
    for (const { name, database, views } of shown) {
      const scope = new Construct(stack, database.node.id);
      for (const view of views) if (own.has(view.name)) viewTable(scope, name, view);
    }
  }

  private addViewsOverAll(instances: readonly Instance[], shown: readonly Shown[]): void {
    const ofInstances = new Set(instances.flatMap(tablesOf).map(({ name }) => name));
    for (const { name, database, views } of shown) {
      const stack = this.stackBelow(`${database.node.id}Views`, `the views of ${name} over all instances`, [database]);
      for (const view of views) if (!ofInstances.has(view.name)) viewTable(stack, name, view);
    }
  }

  /** CloudFormation takes 500 resources and a million bytes of one template: with everything in it, few instances' own. */
  private stackBelow(id: string, what: string, after: readonly CfnDatabase[]): NestedStack {
    const stack = new NestedStack(this, id, { description: `payments-lake: ${what}` });
    for (const each of after) stack.nestedStackResource?.addResourceDependency(each);
    return stack;
  }

  private save(instances: readonly string[]): void {
    for (const { name, description, sql } of savedQueries(instances)) {
      const query = new CfnNamedQuery(this, `Query ${name}`, {
        database: this.databases.current,
        workGroup: this.workgroup.workgroupName,
        name,
        description,
        queryString: sql,
      });
      query.node.addDependency(this.workgroup);
    }
  }
}

function database(scope: Construct, id: string, name: string, description: string): CfnDatabase {
  return new CfnDatabase(scope, id, {
    catalogId: Stack.of(scope).account,
    databaseInput: { name, description: `payments-lake: ${description}` },
  });
}
