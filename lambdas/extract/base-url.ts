import { UsageError } from '../errors.ts';

/**
 * The base URL of an API in its one form, fit to be compared: host in lower case, no slash at its end.
 *
 * @throws {UsageError} unless it is https, or http on loopback, without credentials, query and fragment
 */
export function parseBaseUrl(text: string): string {
  const refuse = (rule: string): never => {
    throw new UsageError(`a base URL ${rule}, got '${masked(text)}'`);
  };
  if (!URL.canParse(text)) return refuse('looks like https://api.example.com/v1');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') refuse('begins with https://');
  if (url.username !== '' || url.password !== '') {
    refuse('holds no user and password: the key comes from its environment variable');
  }
  if (/[?#]/.test(text)) refuse('has no query and no fragment');
  if (url.protocol === 'http:' && !isLoopback(text)) {
    refuse('is https, or the key could be read on its way; http is for localhost, 127.0.0.0/8 and [::1] only');
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** Whether a base URL points to this machine. */
export function isLoopback(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  // The URL parser has brought every spelling of an IPv4 address into four decimal numbers.
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** What was got, fit to be shown: no user, no password, no value of a query, no control character, not endless. */
function masked(text: string): string {
  return text
    .replace(/^([^/]*\/\/)?.*@/s, '$1***@')
    .replace(/[?#].*$/s, (rest) => `${rest.charAt(0)}***`)
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, 200);
}
