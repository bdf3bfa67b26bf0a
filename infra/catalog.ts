import { NestedStack, Stack } from 'aws-cdk-lib';
import { CfnNamedQuery } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';
import { allViews } from '../lambdas/warehouse/all-views.ts';
import { anonymousViews } from '../lambdas/warehouse/anonymous-views.ts';
import { athenaView } from '../lambdas/warehouse/athena-view.ts';
import type { View } from '../lambdas/warehouse/current-view.ts';
import { anonymousDatabaseOf, type Databases, databasesOf } from '../lambdas/warehouse/databases.ts';
import type { GlueColumn } from '../lambdas/warehouse/glue-columns.ts';
import { glueTable, parquetFormat } from '../lambdas/warehouse/glue-table.ts';
import { allTables, type HistoryTable } from '../lambdas/warehouse/history-tables.ts';
import { AnalystPolicy } from './analyst-policy.ts';
import type { Configuration } from './configuration.ts';
import { QueryWorkgroup } from './query-workgroup.ts';
import { savedQueries } from './saved-queries.ts';
import type { Storage } from './storage.ts';

export interface CatalogProps {
  /** Its stage names the databases, its instances the tables; it bounds what a query scans. */
  readonly configuration: Configuration;
  /** Where the tables' files lie, and the results of queries. */
  readonly storage: Storage;
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
    this.databases = databasesOf(stage);
    const history = database(this, 'History', this.databases.history, 'Every version of each payment ever loaded.');
    const current = database(
      this,
      'Current',
      this.databases.current,
      'The payments as they stand, and what is theirs.',
    );
    for (const each of allTables(instances)) parquetTable(history, each, storage.bucket.bucketName);
    viewsIn(current, this.databases.current, allViews(instances, 'trino', this.databases));
    this.workgroup = new QueryWorkgroup(this, 'Workgroup', { configuration, storage });
    if (configuration.savedQueries) this.save(instances.map(({ name }) => name));
    this.analyst = new AnalystPolicy(this, 'Analyst', {
      workgroup: this.workgroup.workgroupName,
      databases: this.databases,
      storage,
    });
    this.anonymous = configuration.anonymousViews ? this.addAnonymous(configuration, storage) : null;
  }

  private addAnonymous({ instances, stage }: Configuration, storage: Storage) {
    const databases = { ...this.databases, current: anonymousDatabaseOf(stage) };
    const { current: name } = databases;
    const glue = database(this, 'Anonymous', name, 'The payments as they stand, without personal columns.');
    viewsIn(glue, name, anonymousViews(instances, 'trino', databases));
    const { workgroupName: workgroup } = this.workgroup;
    return { database: name, analyst: new AnalystPolicy(this, 'AnonymousAnalyst', { workgroup, databases, storage }) };
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

function parquetTable(database: CfnDatabase, table: HistoryTable, bucket: string): void {
  const { name, description, columns, partitionKeys, parameters, location } = glueTable(table, bucket);
  const created = glueTableIn(database, database.ref, {
    name,
    description,
    owner: 'payments-lake',
    tableType: 'EXTERNAL_TABLE',
    parameters,
    partitionKeys: listed(partitionKeys),
    storageDescriptor: {
      columns: listed(columns),
      location,
      inputFormat: parquetFormat.inputFormat,
      outputFormat: parquetFormat.outputFormat,
      serdeInfo: { serializationLibrary: parquetFormat.serde },
    },
  });
  created.addResourceDependency(database);
}

/**
 * In a stack of their own below ours: CloudFormation takes a million bytes of one template, and the views' SQL alone
 * comes to that with some instances.
 */
function viewsIn(database: CfnDatabase, name: string, views: readonly View[]): void {
  const description = `payments-lake: the views of ${name}`;
  const stack = new NestedStack(Stack.of(database), `${database.node.id}Views`, { description });
  stack.nestedStackResource?.addResourceDependency(database);
  for (const each of views) {
    const view = athenaView(each, name);
    glueTableIn(stack, name, {
      name: view.name,
      // Trino takes no view without an owner.
      owner: 'payments-lake',
      tableType: 'VIRTUAL_VIEW',
      parameters: view.parameters,
      viewOriginalText: view.originalText,
      viewExpandedText: view.expandedText,
      storageDescriptor: { columns: listed(view.columns), serdeInfo: {} },
    });
  }
}

function glueTableIn(scope: Construct, databaseName: string, tableInput: CfnTable.TableInputProperty): CfnTable {
  const catalogId = Stack.of(scope).account;
  return new CfnTable(scope, String(tableInput.name), { catalogId, databaseName, tableInput });
}

const listed = (columns: readonly GlueColumn[]): CfnTable.ColumnProperty[] => columns.map((column) => ({ ...column }));
