import { TerminalError, TransientError } from '../errors.ts';

interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/** Answers that stay the same until somebody changes a policy, a name or the code. */
const lasting = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'ResourceNotFoundException',
  'NoSuchBucket',
  'ValidationException',
  'UnrecognizedClientException',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'KMSAccessDeniedException',
]);

/**
 * An AWS SDK error in our words: what refused, how, and the request id. What AWS may answer otherwise later
 * (throttling, 5xx, a broken connection) is transient.
 */
export function sayStoreError(what: string, error: unknown): Error {
  const { name = 'Error', message = '', $metadata } = (error ?? {}) as SdkError;
  const request = $metadata?.requestId ? ` (request ${$metadata.requestId})` : '';
  const text = `${what} refused: ${name}: ${message}${request}`;
  return lasting.has(name)
    ? new TerminalError(`${text}; mend the permission or the name, then run the same command again`)
    : new TransientError(`${text}; nothing was lost, run the same command again`);
}
