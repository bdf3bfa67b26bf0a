import { monthColumnOf } from './databases.ts';
import { type GlueColumn, glueColumns } from './glue-columns.ts';
import type { HistoryTable } from './history-tables.ts';
import { firstMonth, lastMonth, tablePrefix } from './keys.ts';

/** A Parquet table as Glue keeps it: `TableInput`, without what CloudFormation adds. */
export interface GlueTable {
  readonly name: string;
  readonly description: string;
  readonly location: string;
  readonly columns: readonly GlueColumn[];
  readonly partitionKeys: readonly GlueColumn[];
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * The table over a prefix of the bucket. Its partitions are reckoned, not registered: Athena asks for every month of
 * the range that a filter leaves, and one without a file is empty.
 *
 * @param bucket the bucket's name
 */
export function glueTable({ name, table }: HistoryTable, bucket: string): GlueTable {
  const location = `s3://${bucket}/${tablePrefix(name)}`;
  return {
    name,
    description: table.meaning,
    location,
    columns: glueColumns(table.columns),
    partitionKeys: glueColumns([monthColumnOf(table)]),
    parameters: {
      classification: 'parquet',
      EXTERNAL: 'TRUE',
      'projection.enabled': 'true',
      'projection.month.type': 'date',
      'projection.month.format': 'yyyy-MM',
      'projection.month.range': `${firstMonth},${lastMonth}`,
      'projection.month.interval': '1',
      'projection.month.interval.unit': 'MONTHS',
      // Athena's own placeholder, not a template literal's.
      'storage.location.template': `${location}month=\${month}/`,
    },
  };
}

export const parquetFormat = {
  inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
  outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  serde: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
} as const;
