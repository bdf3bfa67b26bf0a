import { UsageError } from '../../../lambdas/errors.ts';
import { isLoopback, parseBaseUrl } from '../../../lambdas/extract/base-url.ts';
import { sources } from '../../../lambdas/sources/index.ts';

test.each([
  ['https://api.checkoutpage.com', 'https://api.checkoutpage.com'],
  ['https://api.checkoutpage.com/', 'https://api.checkoutpage.com'],
  ['https://commet.co/api/v1///', 'https://commet.co/api/v1'],
  ['HTTPS://Commet.CO:443/API/', 'https://commet.co/API'],
  ['https://commet.co:8443', 'https://commet.co:8443'],
  ['http://localhost:3000/', 'http://localhost:3000'],
  ['http://127.0.0.1:3000/api', 'http://127.0.0.1:3000/api'],
  ['http://127.9.8.7', 'http://127.9.8.7'],
  ['http://127.1', 'http://127.0.0.1'],
  ['http://[::1]:3000', 'http://[::1]:3000'],
])('%s is taken as %s', (text, normal) => {
  expect(parseBaseUrl(text)).toBe(normal);
  expect(parseBaseUrl(normal)).toBe(normal);
});

test.each(sources.map(({ name, baseUrl }) => [name, baseUrl]))(
  'the documented base URL of %s is in its one form',
  (_, baseUrl) => {
    expect(parseBaseUrl(baseUrl)).toBe(baseUrl);
  },
);

test.each([
  ['http://api.checkoutpage.com', 'is https'],
  ['http://localhost.example.com', 'is https'],
  ['http://127.0.0.1.example.com', 'is https'],
  ['http://1270.0.0.1', 'looks like'],
  ['http://0.0.0.0:3000', 'is https'],
  ['http://10.0.0.1', 'is https'],
  ['http://[::2]', 'is https'],
  ['ftp://127.0.0.1', 'begins with https://'],
  ['file:///etc/passwd', 'begins with https://'],
  ['javascript:alert(1)', 'begins with https://'],
  ['commet.co/api/v1', 'looks like'],
  ['https://', 'looks like'],
  ['', 'looks like'],
  ['https://commet.co/?', 'no query'],
  ['https://commet.co/?a=b', 'no query'],
  ['https://commet.co/#top', 'no fragment'],
])('%p is refused', (text, rule) => {
  expect(() => parseBaseUrl(text)).toThrow(UsageError);
  expect(() => parseBaseUrl(text)).toThrow(rule);
});

test.each([
  ['https://user:hunter2@commet.co', 'https://***@commet.co'],
  ['https://hunter2@commet.co', 'https://***@commet.co'],
  ['http://user:hunter2@127.0.0.1:3000', 'http://***@127.0.0.1:3000'],
  ['https://user:hu@nter2@commet.co', 'https://***@commet.co'],
  ['https:\\\\user:hunter2@commet.co', '***@commet.co'],
  ['user:hunter2@commet.co', '***@commet.co'],
  ['https://user:hunter2@', 'https://***@'],
  ['https://commet.co/?api_key=hunter2', 'https://commet.co/?***'],
  ['https://commet.co/#hunter2', 'https://commet.co/#***'],
])('what is secret in %s is not shown', (text, shown) => {
  expect(() => parseBaseUrl(text)).toThrow(`got '${shown}'`);
});

test('only this machine is loopback', () => {
  expect(['http://localhost', 'https://127.0.0.1', 'http://[::1]:1'].map(isLoopback)).toEqual([true, true, true]);
  expect(['https://commet.co', 'https://127.0.0.1.nip.io'].map(isLoopback)).toEqual([false, false]);
});
