/** What infrastructure and functions share: the one place where these names and shapes are written. Pure. */

/** The function's one environment variable: `FunctionSettings` as JSON. Written by infra, read by the handler. */
export const settingsVariable = 'PAYMENTS_LAKE_SETTINGS';

/** What a deployed sync function is told. No secret is among it. */
export interface FunctionSettings {
  readonly stage: string;
  /** Name of the instance: prefix of its tables, and of its checkpoints. */
  readonly instance: string;
  /** Name of its payments API in the registry. */
  readonly api: string;
  /** null: the API's documented base. */
  readonly baseUrl: string | null;
  /** Requests a minute; left out: what the API documents, and on loopback as fast as they come. */
  readonly requestsPerMinute?: number;
  readonly bucket: string;
  readonly checkpointTable: string;
  /** Secrets Manager's name or ARN of the secret whose value is the bare API key. */
  readonly secretId: string;
  readonly lookbackDays: number;
  readonly encoder: 'hyparquet' | 'parquetjs';
  readonly leaseSeconds: number;
  readonly waitForLeaseSeconds: number;
  /** Time left below which the function commits and hands over. */
  readonly reserveSeconds: number;
  /** Invocations a sync may have after its first one. */
  readonly mostContinuations: number;
  /** Requests one backfill may send, over all its invocations. */
  readonly mostRequestsPerBackfill: number;
}

export const metricNamespace = 'PaymentsLake';

/** Each metric has the dimensions stage and instance. */
export const metrics = {
  syncCompleted: 'SyncCompleted',
  syncFailed: 'SyncFailed',
  paymentsRead: 'PaymentsRead',
  paymentsWritten: 'PaymentsWritten',
  rowsWritten: 'RowsWritten',
  bytesWritten: 'BytesWritten',
  requests: 'Requests',
  /** 429s and the like: requests that were sent again because the API asked to wait. */
  retries: 'Retries',
  throttledMs: 'ThrottledMilliseconds',
  /** Of an invocation's requests how many were sent again, in percent; told from 50 requests on. */
  throttledPercent: 'ThrottledPercent',
  /** From the newest completed nightly's start to now, in seconds, told at each completed sync. */
  lagSeconds: 'LagSeconds',
  unknownFields: 'UnknownFields',
  misfits: 'ValuesThatDidNotFit',
  durationMs: 'DurationMilliseconds',
} as const;
