import { Stack } from 'aws-cdk-lib';
import { CfnNamedQuery } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';
import { allViews } from '../lambdas/warehouse/all-views.ts';
import { athenaView } from '../lambdas/warehouse/athena-view.ts';
import { type Databases, databasesOf } from '../lambdas/warehouse/databases.ts';
import type { GlueColumn } from '../lambdas/warehouse/glue-columns.ts';
import { glueTable, parquetFormat } from '../lambdas/warehouse/glue-table.ts';
import { allTables, type HistoryTable } from '../lambdas/warehouse/history-tables.ts';
import { AnalystPolicy } from './analyst-policy.ts';
import type { Configuration } from './configuration.ts';
import { QueryWorkgroup } from './query-workgroup.ts';
import { savedQueries } from './saved-queries.ts';
import type { Storage } from './storage.ts';

export interface CatalogProps {
  readonly configuration: Configuration;
  readonly storage: Storage;
}

/** What analysts see in Athena, all of it made from the sources' declarations, and what they may do there. */
export class Catalog extends Construct {
  readonly databases: Databases;
  readonly workgroup: QueryWorkgroup;
  readonly analyst: AnalystPolicy;

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
    for (const each of allViews(instances, 'trino', this.databases)) {
      const { name, columns, parameters, originalText, expandedText } = athenaView(each, this.databases.current);
      glueTableIn(current, {
        name,
        // Trino takes no view without an owner.
        owner: 'payments-lake',
        tableType: 'VIRTUAL_VIEW',
        parameters,
        viewOriginalText: originalText,
        viewExpandedText: expandedText,
        storageDescriptor: { columns: listed(columns), serdeInfo: {} },
      });
    }
    this.workgroup = new QueryWorkgroup(this, 'Workgroup', { configuration, storage });
    if (configuration.savedQueries) this.save(instances.map(({ name }) => name));
    this.analyst = new AnalystPolicy(this, 'Analyst', {
      workgroup: this.workgroup.workgroupName,
      databases: this.databases,
      storage,
    });
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
  glueTableIn(database, {
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
}

function glueTableIn(database: CfnDatabase, tableInput: CfnTable.TableInputProperty): void {
  const table = new CfnTable(database, String(tableInput.name), {
    catalogId: Stack.of(database).account,
    databaseName: database.ref,
    tableInput,
  });
  table.addResourceDependency(database);
}

const listed = (columns: readonly GlueColumn[]): CfnTable.ColumnProperty[] => columns.map((column) => ({ ...column }));
