import { createHmac, hash as digest } from 'node:crypto';
import type { Field, Personal } from '../sources/column.ts';
import type { PersonalDataMode } from '../sources/personal-data.ts';
import type { Value } from '../sources/row.ts';
import { type Fit, fits } from './fits.ts';
import { jsonTypeOf } from './json-text.ts';

/** What a flattening does with personal columns. Under hash and drop `_extra` keeps names and JSON types, no values. */
export type PersonalData =
  | { readonly mode: Exclude<PersonalDataMode, 'hash'> }
  | {
      readonly mode: 'hash';
      /** @returns the hash of a text that is not empty once it is normalised; '' of one that is */
      readonly hash: (kind: Personal, text: string) => string;
      /** Tells two keys apart and nothing of either: a lake is hashed under one key only. */
      readonly keyCheck: string;
    };

export const keepPersonalData: PersonalData = { mode: 'keep' };

/** 32 bytes as hex digits, as both a lake and a stack make it. */
const keyForm = /^[0-9a-f]{64}$/i;

export const isPersonalDataKey = (text: string): boolean => keyForm.test(text);

const email = /^[^\s@]+@[^\s@]+$/;

/**
 * One way to write a value, so that one person is one hash in every column of every source:
 * - all kinds: Unicode NFC, without space at the ends.
 * - email, and a name or free text that is an e-mail address as a whole: lower case too.
 * - phone: without space, brackets, dots and hyphens too.
 */
export function normalised(kind: Personal, text: string): string {
  const trimmed = text.normalize('NFC').trim();
  if (kind === 'phone') return trimmed.replace(/[\s().\-/]/g, '');
  return kind === 'email' || email.test(trimmed) ? trimmed.toLowerCase() : trimmed;
}

/**
 * Personal columns as HMAC-SHA256 in 64 hex digits. The kind of a column is not hashed: an e-mail address in a form
 * field has the hash it has as customer_email.
 *
 * @param key 64 hex digits, as `isPersonalDataKey` holds
 */
export function hashedUnder(key: string): PersonalData {
  const bytes = Buffer.from(key, 'hex');
  const hmac = (text: string): string => createHmac('sha256', bytes).update(text).digest('hex');
  return {
    mode: 'hash',
    hash: (kind, text) => {
      const normal = normalised(kind, text);
      return normal === '' ? '' : hmac(normal);
    },
    keyCheck: digest('sha256', `payments-lake key ${hmac('payments-lake key')}`).slice(0, 16),
  };
}

/** How one declared field's values come into its column; chosen when a source is compiled and not for each value. */
export function fitOf(field: Field, personal: PersonalData): Fit {
  const convert = fits[field.type];
  const { personal: kind } = field;
  if (kind === undefined || personal.mode === 'keep') return convert;
  // What does not fit is counted in every mode.
  if (personal.mode !== 'hash') return (value) => (convert(value) === undefined ? undefined : null);
  const { hash } = personal;
  if (field.type !== 'json') return (value) => hashed(convert(value), (text) => hash(kind, text));
  return (value) => {
    // A text is hashed without its quotes, so that it has the hash it has in a text column.
    if (typeof value === 'string') return JSON.stringify(hash(kind, value));
    return hashed(convert(value), (text) => JSON.stringify(hash(kind, text)));
  };
}

const hashed = (value: Value | undefined, ofText: (text: string) => string): Value | undefined =>
  typeof value === 'string' ? ofText(value) : value;

/** What `_extra` keeps of a value: the value itself, or the name of its JSON type. */
export const extraOf = ({ mode }: PersonalData): ((value: unknown) => unknown) =>
  mode === 'keep' ? (value) => value : jsonTypeOf;
