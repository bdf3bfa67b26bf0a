import { UsageError } from '../lambdas/errors.ts';
import type { ParquetEncoder } from '../lambdas/load/parquet.ts';

/** Name of the variable that chooses the encoder of Parquet files. */
export const encoderVariable = 'PAYMENTS_LAKE_ENCODER';

/** @throws {UsageError} for a name that is none */
export async function encoderFrom(env: Readonly<Record<string, string | undefined>>): Promise<ParquetEncoder> {
  const name = env[encoderVariable] || 'hyparquet';
  if (name === 'hyparquet') return (await import('../lambdas/load/parquet-hyparquet.ts')).hyparquetEncoder;
  if (name === 'parquetjs') return (await import('../lambdas/load/parquet-parquetjs.ts')).parquetjsEncoder;
  throw new UsageError(`${encoderVariable} is hyparquet or parquetjs, got '${name}'`);
}
