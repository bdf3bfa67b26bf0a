import { UsageError } from '../errors.ts';

/** A key, and what to call it in an error, which never shows the key itself. */
export interface ApiKey {
  readonly key: string;
  readonly keyName: string;
}

/** `commet` → `COMMET_API_KEY` */
export const keyVariable = (instanceName: string): string => `${instanceName.toUpperCase()}_API_KEY`;

/** @throws {UsageError} naming the variable to set, if it is missing, empty, or not a key */
export function keyFromEnvironment(instanceName: string, env: Readonly<Record<string, string | undefined>>): ApiKey {
  const keyName = keyVariable(instanceName);
  const key = withoutNewline(env[keyName] ?? '');
  if (key === '') {
    throw new UsageError(`${instanceName} needs an API key in the environment: set ${keyName}, got none`);
  }
  const wrong = whatIsWrongWith(key);
  if (wrong !== null) throw new UsageError(`${keyName} ${wrong}`);
  return { key, keyName };
}

/** A file or a secret often ends with one newline that nobody meant. */
export const withoutNewline = (text: string): string => text.replace(/\r?\n$/, '');

/** @returns the rule that a key breaks, without the key; null for a key that can stand in a header */
export function whatIsWrongWith(key: string): string | null {
  if (/^[\x21-\x7e]+$/.test(key)) return null;
  const got = /^bearer\s/i.test(key) ? "a value that begins with 'Bearer '" : 'a value that holds other characters';
  return `must be the bare key, printable ASCII without spaces and line breaks; got ${got}; set it again`;
}
