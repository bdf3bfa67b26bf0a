import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { TerminalError, TransientError } from '../errors.ts';
import { ObjectGone, type ObjectStore, refuseForeignKeys, type StoredObject } from './object-store.ts';

/** A 409 says that another write to the same key is under way, which ours from an earlier try may be. */
const conflictTries = 5;

/** S3's own limit of one request. */
const mostDeletes = 1000;

/** @param wait for tests: how to wait between tries after a 409 */
export const s3Store = (
  client: S3Client,
  bucket: string,
  wait: (ms: number) => Promise<unknown> = setTimeout,
): ObjectStore => {
  const asking = <T>(key: string, permission: string, ask: () => Promise<T>): Promise<T> =>
    ask().catch((error) => {
      throw explain(`s3://${bucket}/${key}`, permission, error);
    });

  const read: ObjectStore['read'] = async (key, start, end) => {
    if (end <= start) return new Uint8Array();
    return asking(key, 's3:GetObject', async () => {
      const range = `bytes=${start}-${end - 1}`;
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range: range }));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      if (bytes.length === end - start) return bytes;
      throw new TransientError(`s3://${bucket}/${key}: ${range} is ${end - start} bytes, got ${bytes.length}`);
    });
  };

  /** The checksum S3 keeps of an object; reckoned from its bytes if somebody else put it without one. */
  const checksumOf = (key: string): Promise<string> =>
    asking(key, 's3:GetObject', async () => {
      const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }));
      return head.ChecksumSHA256 ?? sha256(await read(key, 0, head.ContentLength ?? 0));
    });

  return {
    async list(prefix) {
      const objects: StoredObject[] = [];
      let token: string | undefined;
      do {
        const page = await asking(prefix, 's3:ListBucket', () =>
          client.send(
            new ListObjectsV2Command({
              Bucket: bucket,
              Prefix: prefix,
              ...(token ? { ContinuationToken: token } : {}),
            }),
          ),
        );
        for (const { Key, Size } of page.Contents ?? []) {
          if (Key !== undefined && !isHidden(Key.slice(prefix.length))) objects.push({ key: Key, size: Size ?? 0 });
        }
        token = page.NextContinuationToken;
      } while (token);
      return objects;
    },

    read,

    async putNew(key, bytes) {
      const checksum = sha256(bytes);
      const put = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: bytes,
        IfNoneMatch: '*',
        ChecksumSHA256: checksum,
      });
      for (let tries = 1; ; tries++) {
        try {
          await client.send(put);
          return;
        } catch (error) {
          const status = statusOf(error);
          if (status === 412) {
            if ((await checksumOf(key)) === checksum) return;
            throw new TerminalError(
              `s3://${bucket}/${key}: no object is ever overwritten, and other bytes lie under this key already`,
            );
          }
          if (status !== 409 || tries === conflictTries) {
            throw explain(`s3://${bucket}/${key}`, 's3:PutObject', error);
          }
          await wait(100 * 2 ** tries);
        }
      }
    },

    async delete(keys) {
      refuseForeignKeys(keys);
      for (let from = 0; from < keys.length; from += mostDeletes) {
        const Objects = keys.slice(from, from + mostDeletes).map((Key) => ({ Key }));
        const first = Objects[0]?.Key ?? '';
        const { Errors = [] } = await asking(first, 's3:DeleteObject', () =>
          client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } })),
        );
        const [refused] = Errors;
        if (refused) throw refusedDelete(`s3://${bucket}/${refused.Key}`, refused.Code ?? 'no code');
      }
    },
  };
};

/** An answer of 200 can refuse single keys. */
const refusedDelete = (where: string, code: string): Error =>
  code === 'AccessDenied'
    ? new TerminalError(`${where}: access denied; the role needs s3:DeleteObject on it`)
    : new TransientError(`${where}: S3 did not delete it (${code}); run the same again`);

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');

const isHidden = (name: string): boolean => /(^|\/)[_.]/.test(name);

const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;

function explain(where: string, permission: string, error: unknown): unknown {
  if (error instanceof TransientError || error instanceof TerminalError) return error;
  const status = statusOf(error);
  const got = (error as { name?: string }).name ?? 'no name';
  // Throttling by the key, skewed clocks and expired credentials come as 400 or 403, and pass.
  if (/Throttl|SlowDown|RequestTimeout|RequestTimeTooSkewed|ExpiredToken/.test(got)) {
    return new TransientError(`${where}: S3 could not be reached or asked to slow down (${got})`, { cause: error });
  }
  if (status === 403) {
    return new TerminalError(
      `${where}: access denied; the role needs ${permission} on it, and the use of its key if it is encrypted with one`,
      { cause: error },
    );
  }
  if (got === 'NoSuchKey' || got === 'NotFound') {
    return new ObjectGone(`${where}: was listed and is gone: list again`, { cause: error });
  }
  if (status === undefined || status === 409 || status === 429 || status >= 500) {
    return new TransientError(`${where}: S3 could not be reached or asked to slow down (${status ?? got}, ${got})`, {
      cause: error,
    });
  }
  return new TerminalError(`${where}: S3 refused the request (${status} ${got})`, { cause: error });
}
