import { UsageError } from '../../../lambdas/errors.ts';
import { keyFromEnvironment } from '../../../lambdas/extract/api-key.ts';

test.each([
  ['commet', 'COMMET_API_KEY'],
  ['checkout_page', 'CHECKOUT_PAGE_API_KEY'],
  ['second_store', 'SECOND_STORE_API_KEY'],
])('the key of %s stands in %s', (instance, keyName) => {
  expect(keyFromEnvironment(instance, { [keyName]: 'sk_1' })).toEqual({ key: 'sk_1', keyName });
});

test.each([undefined, '', '\n'])('a missing or empty key (%p) names the variable to set', (value) => {
  const read = () => keyFromEnvironment('commet', { COMMET_API_KEY: value });
  expect(read).toThrow(UsageError);
  expect(read).toThrow('commet needs an API key in the environment: set COMMET_API_KEY, got none');
});

test.each(['sk_1\n', 'sk_1\r\n'])('one newline at the end of a key (%p) is nobody’s meaning', (value) => {
  expect(keyFromEnvironment('commet', { COMMET_API_KEY: value }).key).toBe('sk_1');
});

test.each([
  'sk_hidden 1',
  ' sk_hidden',
  'sk_hidden\n\n',
  'sk_hidden\r\nx-evil: 1',
  'sk_hidden\u0000',
  'sk_hidden\t',
  'sk_hiddené',
  'Bearer sk_hidden',
  ' ',
])('a key that cannot stand in a header (%p) is refused without showing it', (value) => {
  const read = () => keyFromEnvironment('commet', { COMMET_API_KEY: value });
  expect(read).toThrow(UsageError);
  expect(read).toThrow(/^COMMET_API_KEY must be the bare key/);
  expect(read).not.toThrow('hidden');
});

test('a key with Bearer before it is told so', () => {
  expect(() => keyFromEnvironment('commet', { COMMET_API_KEY: 'Bearer sk' })).toThrow("begins with 'Bearer '");
});
