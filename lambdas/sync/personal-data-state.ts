import { TerminalError, UsageError } from '../errors.ts';
import type { PersonalDataMode } from '../sources/personal-data.ts';
import { keepPersonalData, type PersonalData } from '../transform/personal-data.ts';
import { coversWholeList, type Scope } from './sync-names.ts';

/** How a warehouse holds personal columns, as its checkpoints remember it. */
export interface PersonalDataState {
  readonly mode: PersonalDataMode;
  /** Which key they are hashed under; null under keep and drop. */
  readonly keyCheck: string | null;
}

const keep: PersonalDataState = { mode: 'keep', keyCheck: null };

export const personalDataState = (personal: PersonalData = keepPersonalData): PersonalDataState =>
  personal.mode === 'hash' ? { mode: 'hash', keyCheck: personal.keyCheck } : { mode: personal.mode, keyCheck: null };

/** Absent: keep, so that a lake that never heard of it is one that keeps. */
export const isSamePersonalData = (one: PersonalDataState = keep, other: PersonalDataState = keep): boolean =>
  one.mode === other.mode && one.keyCheck === other.keyCheck;

/** Writes every payment the API lists anew: the one sync that may change how a warehouse holds personal data. */
export const rewritesAll = (scope: Scope): boolean =>
  scope.mode === 'backfill' && scope.rewrite && coversWholeList(scope);

/**
 * @param held what the warehouse was filled with
 * @throws {UsageError} when a sync would write personal data in another way than the warehouse holds it
 */
export function refuseOtherPersonalData(
  instance: string,
  held: PersonalDataState | undefined,
  wanted: PersonalDataState,
  scope: Scope | null,
): void {
  if (isSamePersonalData(held, wanted) || (scope !== null && rewritesAll(scope))) return;
  const { mode } = held ?? keep;
  const change =
    mode === wanted.mode ? 'they were hashed under another key' : `the warehouse has '${mode}', got '${wanted.mode}'`;
  throw new UsageError(
    `${instance}: personal data is held in one way, and ${change}; put it back, or change it with ` +
      '--backfill --rewrite and neither range nor filter (in the cloud the event {"mode":"backfill","rewrite":true}): ' +
      'versions already written stay in the history as they are; to have none of them, fill a new lake',
  );
}

/** @throws {TerminalError} when another sync has changed it since this one looked */
export function refuseMeanwhileChanged(
  instance: string,
  seen: PersonalDataState | undefined,
  now: PersonalDataState | undefined,
): void {
  if (isSamePersonalData(seen, now)) return;
  throw new TerminalError(
    `${instance}: another sync has begun to hold personal data in another way (${(now ?? keep).mode}); run this one again`,
  );
}
