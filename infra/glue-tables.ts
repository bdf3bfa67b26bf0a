import { Stack } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-glue';
import type { Construct } from 'constructs';
import { UsageError } from '../lambdas/errors.ts';
import { athenaView } from '../lambdas/warehouse/athena-view.ts';
import type { View } from '../lambdas/warehouse/current-view.ts';
import type { GlueColumn } from '../lambdas/warehouse/glue-columns.ts';
import { glueTable, parquetFormat } from '../lambdas/warehouse/glue-table.ts';
import type { HistoryTable } from '../lambdas/warehouse/history-tables.ts';
import { contextKey } from './configuration.ts';

/** Bytes of a view's SQL, and of the text it is kept as. AWS raises neither. */
const [mostSql, mostViewText] = [262_144, 409_600];

/** A table's Parquet files as Glue is told of them. */
export function parquetTable(scope: Construct, database: string, table: HistoryTable, bucket: string): void {
  const { name, description, columns, partitionKeys, parameters, location } = glueTable(table, bucket);
  tableIn(scope, database, {
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

/** @throws {UsageError} over so many instances that its text is longer than AWS takes */
export function viewTable(scope: Construct, database: string, view: View): void {
  const { name, columns, parameters, originalText, expandedText } = athenaView(view, database);
  refuseLonger(mostSql, "Athena takes no more of a view's SQL", name, view.sql);
  refuseLonger(mostViewText, 'Glue keeps no more of a view', name, originalText);
  tableIn(scope, database, {
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

function refuseLonger(most: number, why: string, view: string, text: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= most) return;
  throw new UsageError(
    `${contextKey}.instances: the view ${view} over all of them must have at most ${most} bytes, since ${why}; got ${bytes}; deploy some of them as another stage`,
  );
}

function tableIn(scope: Construct, databaseName: string, tableInput: CfnTable.TableInputProperty): void {
  new CfnTable(scope, String(tableInput.name), { catalogId: Stack.of(scope).account, databaseName, tableInput });
}

const listed = (columns: readonly GlueColumn[]): CfnTable.ColumnProperty[] => columns.map((column) => ({ ...column }));
