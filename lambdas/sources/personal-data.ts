/**
 * What a lake does with personal columns.
 *
 * - keep: as they came.
 * - hash: HMAC-SHA256 under the lake's key, so that one person is one hash.
 * - drop: null.
 */
export const personalDataModes = ['keep', 'hash', 'drop'] as const;

export type PersonalDataMode = (typeof personalDataModes)[number];
