import { isSecretName } from '../../../lambdas/transform/never-stored.ts';

test.each([
  ...['secret', 'clientSecret', 'client_secret', 'stripePaymentIntentClientSecret', 'SECRET-KEY', 'secretary'],
  ...['token', 'accessToken', 'refresh_token', 'Token ', 'to ken'],
  ...['password', 'passwordHash', 'PassWord2'],
  ...['authorization', 'X-Authorization', 'proxy.authorization'],
  ...['apiKey', 'api_key', 'API-Key', 'x-api-key', 'api key', 'a.p.i.k.e.y'],
])("'%s' says that its value must not be stored", (name) => {
  expect(isSecretName(name)).toBe(true);
});

test.each([
  ...['', 'key', 'api', 'keyApi', 'pass', 'authorized', 'author', 'tok', 'secre', 'utm_source', '__proto__', 'ключ'],
])("'%s' does not", (name) => {
  expect(isSecretName(name)).toBe(false);
});
