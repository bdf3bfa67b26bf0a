import type { Instance } from '../../lambdas/warehouse/instance.ts';
import { answerOf } from './lake-builder.ts';

interface PlanNode {
  readonly operator_name?: string;
  readonly operator_cardinality?: number;
  readonly children?: readonly PlanNode[];
}

/** Rows each scan of a Parquet table let through, as DuckDB counted them; scans that let none through are left out. */
export async function scannedRows(dir: string, instances: readonly Instance[], sql: string): Promise<number[]> {
  const { rows } = await answerOf(dir, instances, `EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`);
  const counts: number[] = [];
  const visit = (node: PlanNode): void => {
    if (node.operator_name?.trim() === 'READ_PARQUET') counts.push(Number(node.operator_cardinality));
    for (const child of node.children ?? []) visit(child);
  };
  visit(JSON.parse(String(rows[0]?.[1])) as PlanNode);
  return counts.filter((count) => count > 0);
}
