import { TakenOver, TerminalError, TransientError, UsageError } from '../../../lambdas/errors.ts';
import { refusedSummary } from '../../../lambdas/sync/refused-sync.ts';
import { commetInstance } from '../../support/lake-builder.ts';
import { everything, today } from '../../support/sync-bench.ts';

test.each([
  ['lasting', true, new TerminalError('no')],
  ['lasting', true, new UsageError('no')],
  ['worth another try', false, new TransientError('no')],
  ['worth another try', false, new TakenOver('no')],
  ['worth another try', false, new TypeError('a fault of ours')],
])('a refusal is %s (%s) by the same rule as a failure: %p', (_, lasting, reason) => {
  const { status, syncId, error } = refusedSummary(commetInstance, everything, today, reason);
  expect({ status, syncId, error }).toEqual({
    status: 'failed',
    syncId: '',
    error: { name: reason.name, message: reason.message, lasting },
  });
});
