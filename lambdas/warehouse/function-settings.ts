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
  /** Athena's, where the function counts the warehouse. */
  readonly workgroup: string;
  /** The database of the current views. */
  readonly currentDatabase: string;
  /** Secrets Manager's name or ARN of the secret whose value is the bare API key. */
  readonly secretId: string;
  /** Absent: personal columns are kept. The secret's value is the key they are hashed under, 64 hex digits. */
  readonly personalData?: { readonly mode: 'drop' } | { readonly mode: 'hash'; readonly secretId: string };
  readonly lookbackDays: number;
  /** How old the last full reading may be before a nightly reads the whole list. */
  readonly fullReadingDays: number;
  readonly encoder: 'hyparquet' | 'parquetjs';
  readonly leaseSeconds: number;
  readonly waitForLeaseSeconds: number;
  /** Time left below which the function commits and hands over. */
  readonly reserveSeconds: number;
  /** Invocations a sync may have after its first one. */
  readonly mostContinuations: number;
  /** Requests one backfill may send, over all its invocations. */
  readonly mostRequestsPerBackfill: number;
  /** Requests a nightly's sweeps may send, all together. */
  readonly sweepRequests: number;
  /** Requests a nightly may send to read payments again that are still open beyond the lookback. */
  readonly recheckRequests: number;
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
  /** Requests that were sent again: after a 429, a 5xx, a connection that broke. */
  retries: 'Retries',
  throttledMs: 'ThrottledMilliseconds',
  /** Of an invocation's requests how many met a 429 or a Retry-After, in percent; told from 50 requests on. */
  throttledPercent: 'ThrottledPercent',
  /** From the newest completed nightly's start to now, in seconds, told at each completed sync. */
  lagSeconds: 'LagSeconds',
  /** This and the next two are of the whole sync, told when it closes: a long one does not seem mended between two finds. */
  unknownFields: 'UnknownFields',
  misfits: 'ValuesThatDidNotFit',
  unknownValues: 'UnknownValues',
  /** Payments the API counts and a full reading did not meet, told when one closes; 0: none. */
  totalShort: 'TotalShort',
  /** Payments not marked as deleted because they are too many, told by each marking; 0: none. */
  deletionsHeldBack: 'DeletionsHeldBack',
  durationMs: 'DurationMilliseconds',
  /** Payments by which the warehouse and the API differ at least, told at each counting; 0: equal. */
  reconciliationDifference: 'ReconciliationDifference',
} as const;
