import type { ShownColumn, ShownType } from './sql.ts';

/** A column as Glue's catalog keeps it. */
export interface GlueColumn {
  readonly name: string;
  /** In Hive's words. */
  readonly type: string;
  /** One line of at most 255 characters. */
  readonly comment: string;
}

const hiveTypes: Readonly<Record<ShownType, string>> = {
  text: 'string',
  json: 'string',
  boolean: 'boolean',
  integer: 'bigint',
  double: 'double',
  decimal: 'decimal(38,4)',
  instant: 'timestamp',
};

/** Glue says no to a longer comment only at the deploy. */
export const glueCommentLimit = 255;

export const glueColumns = (columns: readonly ShownColumn[]): GlueColumn[] =>
  columns.map(({ name, type, meaning }) => ({ name, type: hiveTypes[type], comment: meaning }));
