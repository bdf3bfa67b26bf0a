import { TerminalError, TransientError } from '../lambdas/errors.ts';

interface SdkError extends Error {
  /** Of a connection that failed. */
  readonly code?: string;
}

const refusedCredentials = [
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
];
const expired = ['ExpiredToken', 'ExpiredTokenException'];

/**
 * What AWS said to a request of the command, in one line with the next step.
 *
 * @param what was asked, for example `the stack PaymentsLake in eu-west-1`
 */
export function sayAwsError(what: string, error: unknown): Error {
  const { name, message, code } = error as SdkError;
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
    return new TerminalError(
      `no AWS credentials could be loaded (${message}): set AWS_PROFILE, sign in with 'aws sso login', or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`,
    );
  }
  if (expired.includes(name)) return new TerminalError('the AWS credentials have expired: sign in again');
  if (refusedCredentials.includes(name)) {
    return new TerminalError(`AWS refuses the credentials (${name}): check AWS_PROFILE, or sign in again`);
  }
  if (name === 'AccessDenied' || name === 'AccessDeniedException') {
    return new TerminalError(`${what}: access denied: ${message}`);
  }
  if (name === 'TooManyRequestsException') {
    return new TransientError(`${what} has no room for it now (${message}): try again in a minute`);
  }
  if (code !== undefined || name === 'TimeoutError') {
    return new TransientError(
      `${what}: AWS can't be reached (${code ?? name}): check the network, AWS_REGION, and AWS_ENDPOINT_URL if it is set`,
      { cause: error },
    );
  }
  return new TerminalError(`${what}: ${name}: ${message}`, { cause: error });
}
