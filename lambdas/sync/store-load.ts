import type { ObjectStore } from '../load/object-store.ts';
import type { ParquetEncoder } from '../load/parquet.ts';
import type { LoadFile, SealedLoad } from './seal-load.ts';

/** Where files go and how they are made. */
export interface Warehouse {
  readonly store: ObjectStore;
  readonly encoder: ParquetEncoder;
  readonly putsAtOnce: number;
}

/** What storing a load took. */
export interface Stored {
  readonly bytes: number;
  /** Of a single file, ms: what the reserve for stopping in time is reckoned from. */
  readonly slowestPutMs: number;
}

/**
 * Stores a load's files: child tables first, all of them before the first payments file, so that whoever lists
 * payments first sees no payment without its children. One file is encoded at a time, several are put at once.
 *
 * @throws what the store throws; then nothing more is put, and the checkpoint must not move
 */
export async function storeLoad(
  load: SealedLoad,
  metadata: Readonly<Record<string, string>>,
  warehouse: Warehouse,
  now: () => number,
): Promise<Stored> {
  const children = await storeFiles(load.childFiles, metadata, warehouse, now);
  const payments = await storeFiles(load.paymentsFiles, metadata, warehouse, now);
  return {
    bytes: children.bytes + payments.bytes,
    slowestPutMs: Math.max(children.slowestPutMs, payments.slowestPutMs),
  };
}

async function storeFiles(
  files: readonly LoadFile[],
  metadata: Readonly<Record<string, string>>,
  { store, encoder, putsAtOnce }: Warehouse,
  now: () => number,
): Promise<Stored> {
  const underWay = new Set<Promise<void>>();
  let bytes = 0;
  let slowestPutMs = 0;
  try {
    for (const { table, key, rows } of files) {
      const file = await encoder.encode(table, rows, metadata);
      while (underWay.size >= putsAtOnce) await Promise.race(underWay);
      const begun = now();
      const put = store.putNew(key, file).then(() => {
        underWay.delete(put);
        bytes += file.byteLength;
        slowestPutMs = Math.max(slowestPutMs, now() - begun);
      });
      put.catch(() => {});
      underWay.add(put);
    }
    await Promise.all(underWay);
  } finally {
    await Promise.allSettled(underWay);
  }
  return { bytes, slowestPutMs };
}
