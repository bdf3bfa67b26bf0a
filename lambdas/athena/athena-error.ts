import type { QueryExecutionStatus } from '@aws-sdk/client-athena';
import { TerminalError, TransientError, UsageError } from '../errors.ts';
import { nearestName } from './nearest-name.ts';

/** Categories of AthenaError. */
const systemFault = 1;

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ').trim();

/**
 * Why a query came to no answer, in the engine's own words.
 *
 * @param names tables, views and databases there are: the one nearest to what is not there is suggested
 */
export function endedWithout(status: QueryExecutionStatus, queryId: string, names: readonly string[] = []): Error {
  const { State, StateChangeReason, AthenaError } = status;
  const reason = oneLine(AthenaError?.ErrorMessage ?? StateChangeReason ?? 'no reason given');
  if (State === 'CANCELLED') {
    return new UsageError(
      `Athena cancelled the query: ${reason}; if it is over the workgroup's limit, filter on month or created_at, so that it reads less (query ${queryId})`,
    );
  }
  if (AthenaError?.Retryable === true) return new TransientError(`${reason}; run it again (query ${queryId})`);
  return AthenaError?.ErrorCategory === systemFault
    ? new TerminalError(`Athena could not run the query: ${reason} (query ${queryId})`)
    : new UsageError(reason + suggestion(reason, names));
}

/** Trino names the table and the place, and nothing near. */
function suggestion(reason: string, names: readonly string[]): string {
  const [, typed = ''] =
    /^(?:TABLE|SCHEMA)_NOT_FOUND: .*(?:Table|Schema) '(?:[^']*\.)?([^'.]+)' does not exist/.exec(reason) ?? [];
  const nearest = typed === '' ? null : nearestName(typed, names);
  return nearest === null ? '' : `; did you mean ${nearest}?`;
}

/** What Athena said to a request, in our words. */
export function sayAthenaError(workgroup: string, error: unknown): Error {
  const { name, message } = error as Error;
  const told = oneLine(message);
  switch (name) {
    case 'InvalidRequestException':
      return new UsageError(told);
    case 'TooManyRequestsException':
    case 'ThrottlingException':
    case 'InternalServerException':
      return new TransientError(`Athena asks to slow down or is at fault itself (${name}: ${told}); run it again`);
    case 'AccessDeniedException':
      return new TerminalError(
        `Athena's workgroup ${workgroup}: access denied: ${told}; attach the stack's policy 'analyst' to your role`,
      );
    default:
      return new TransientError(`Athena's workgroup ${workgroup}: ${name}: ${told}`, { cause: error });
  }
}
