import { CfnTable } from 'aws-cdk-lib/aws-glue';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readConfiguration } from '../../infra/configuration.ts';
import { isPersonalDataKey } from '../../lambdas/transform/personal-data.ts';
import { anonymousViews } from '../../lambdas/warehouse/anonymous-views.ts';
import { type FunctionSettings, settingsVariable } from '../../lambdas/warehouse/function-settings.ts';
import { listed, one, type Properties, type Resource, rights, synthesise, text } from '../support/synthesised.ts';

const instances = { commet: {}, checkout_page: {} };
const configuration = readConfiguration({ personalData: 'hash', savedQueries: false, instances });
const hashing = synthesise(configuration);
const dropping = synthesise(
  readConfiguration({ personalData: 'drop', anonymousViews: false, savedQueries: false, instances: { commet: {} } }),
);
afterAll(() => {
  for (const { remove } of [hashing, dropping]) remove();
});

const personalDataIn = ({ Properties }: Resource): unknown => {
  const { Variables } = Properties.Environment as { Variables: Record<string, { 'Fn::Join': [string, unknown[]] }> };
  const parts = Variables[settingsVariable]?.['Fn::Join'][1] ?? [];
  const settings = parts.map((part) => (typeof part === 'string' ? part : text(part).replaceAll('"', "'"))).join('');
  return (JSON.parse(settings) as FunctionSettings).personalData;
};
const keyId = () => hashing.of('AWS::SecretsManager::Secret').find(([id]) => id.includes('PersonalDataKey'))?.[0];

test('only a stack that hashes makes a key, once for all instances, and it outlives the stack', () => {
  const secret = one(hashing, 'AWS::SecretsManager::Secret', 'IngestionPersonalDataKey');
  expect([secret.DeletionPolicy, secret.UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
  expect(secret.Properties.Name).toBeUndefined();
  expect(text(secret.Properties.KmsKeyId)).toContain('StorageKey');
  expect(text(dropping.all)).not.toContain('PersonalDataKey');
});

test('Secrets Manager can make nothing else than 64 hex digits', () => {
  const { GenerateSecretString } = one(hashing, 'AWS::SecretsManager::Secret', 'IngestionPersonalDataKey').Properties;
  const { PasswordLength, ExcludeCharacters, ...rest } = GenerateSecretString as Properties;
  expect(rest).toEqual({ ExcludeUppercase: true, ExcludePunctuation: true });
  const left = [...'abcdefghijklmnopqrstuvwxyz0123456789'].filter((each) => !String(ExcludeCharacters).includes(each));
  expect(left.join('')).toBe('abcdef0123456789');
  expect(isPersonalDataKey(left.join('').repeat(Number(PasswordLength) / left.length))).toBe(true);
});

test('every function is told the mode, and of the key its id only', () => {
  const told = hashing.of('AWS::Lambda::Function').map(([, each]) => each);
  const syncs = told.filter((each) => text(each.Properties.Environment ?? '').includes(settingsVariable));
  expect(syncs.map(personalDataIn)).toEqual(
    [0, 1].map(() => ({ mode: 'hash', secretId: `{'Fn::GetAtt':['${keyId()}','Id']}` })),
  );
  expect(personalDataIn(one(dropping, 'AWS::Lambda::Function', 'Ingestioncommet'))).toEqual({ mode: 'drop' });
});

test('a sync reads its API key and the key of personal data, and nothing else does', () => {
  const reading = rights(hashing).filter(({ statement }) =>
    listed(statement.Action).includes('secretsmanager:GetSecretValue'),
  );
  expect(reading.map(({ statement }) => listed(statement.Resource).length)).toEqual([2, 2]);
  for (const { statement } of reading) expect(text(statement.Resource)).toContain(keyId());
});

test('a deployment may do without the views that have no personal columns', () => {
  expect(text(dropping.all)).not.toMatch(/anonymous/i);
});

test('the views without personal columns lie in a database of their own', () => {
  const views = hashing.stack.node
    .findAll()
    .filter((each): each is CfnTable => each instanceof CfnTable && each.databaseName === 'payments_lake_anonymous')
    .map(({ tableInput }) => (tableInput as CfnTable.TableInputProperty).name);
  expect(views).toEqual(anonymousViews(configuration.instances, 'trino').map(({ name }) => name));
});

test('who may query them may what an analyst may, but for the views with personal columns', () => {
  const of = (id: string) => rights(hashing).filter((right) => right.id.startsWith(id));
  const analyst = of('CatalogAnonymousAnalyst');
  const inOthersPlace = text(analyst.map(({ statement }) => statement)).replaceAll('lake_anonymous', 'lake');
  expect(inOthersPlace).toBe(text(of('CatalogAnalyst').map(({ statement }) => statement)));
  expect(text(analyst)).toMatch(/table\/payments_lake_anonymous\/\*/);
  expect(text(analyst)).not.toMatch(/table\/payments_lake\/\*|database\/payments_lake"/);
});

test('cdk-nag finds nothing that is not acknowledged', () => {
  const { violations } = new AwsSolutionsChecks(hashing.app).validateScope(hashing.app);
  expect(violations.map(({ ruleName, description }) => `${ruleName}: ${description}`)).toEqual([]);
});
