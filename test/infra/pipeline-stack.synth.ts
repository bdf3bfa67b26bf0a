import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Runtime, RuntimeFamily } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import { deployed } from '../../bench/monthly-cost.ts';
import { readConfiguration } from '../../infra/configuration.ts';
import { runtime } from '../../infra/pipeline-function.ts';
import { anchor, runbook } from '../../infra/runbook.ts';
import { commet } from '../../lambdas/sources/commet.ts';
import { allViews } from '../../lambdas/warehouse/all-views.ts';
import type { CompactionSettings } from '../../lambdas/warehouse/compaction-settings.ts';
import { databasesOf } from '../../lambdas/warehouse/databases.ts';
import { type FunctionSettings, metrics, settingsVariable } from '../../lambdas/warehouse/function-settings.ts';
import { allTables } from '../../lambdas/warehouse/history-tables.ts';
import {
  context,
  type Json,
  listed,
  one,
  type Properties,
  type Resource,
  rights,
  type Synthesised,
  statementsOf,
  synthesise,
  text,
} from '../support/synthesised.ts';

/** The defaults, but for APIs that the registry may get, and for views that personal-data.test.ts looks at. */
const prodConfiguration = readConfiguration({
  ...(context.paymentsLake as object),
  anonymousViews: false,
  instances: { commet: {}, checkout_page: {} },
});
const prod = synthesise(prodConfiguration);

/** A third API, one instance that is switched off, and everything that can be said. */
const third = { ...commet, name: 'third_api' };
const devConfiguration = readConfiguration({
  stage: 'dev',
  tags: { team: 'data' },
  anonymousViews: false,
  alarmEmail: 'data@example.com',
  savedQueries: false,
  compactionsAtOnce: 20,
  instances: {
    commet: { enabled: false },
    store_eu: { api: 'checkout_page', schedule: 'cron(30 2 ? * MON *)', timeZone: 'Europe/Berlin', lookbackDays: 30 },
  },
});
const [commetInstance] = devConfiguration.instances;
if (!commetInstance) throw new Error('no instance');
const devInstances = [
  ...devConfiguration.instances,
  { ...commetInstance, name: 'third_api', source: third, enabled: true },
];
const dev = synthesise({ ...devConfiguration, instances: devInstances });

const settings = ({ Properties }: Resource): FunctionSettings => {
  const { Variables } = Properties.Environment as { Variables: Record<string, { 'Fn::Join': [string, unknown[]] }> };
  const parts = Variables[settingsVariable]?.['Fn::Join'][1] ?? [];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'at deploy')).join('')) as FunctionSettings;
};

afterAll(() => {
  for (const { remove } of [prod, dev]) remove();
});

describe('storage', () => {
  const bucket = one(prod, 'AWS::S3::Bucket');
  const table = one(prod, 'AWS::DynamoDB::Table');
  const key = one(prod, 'AWS::KMS::Key');
  const policy = one(prod, 'AWS::S3::BucketPolicy');

  test('nobody outside reaches the bucket', () => {
    expect(bucket.Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
  });

  test('nobody talks to the bucket without TLS', () => {
    const denied = statementsOf(policy).find(({ Effect }) => Effect === 'Deny');
    expect(denied).toMatchObject({
      Action: 's3:*',
      Principal: { AWS: '*' },
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
    expect(listed(denied?.Resource)).toHaveLength(2);
  });

  test('objects are encrypted with the customer key, by bucket keys', () => {
    expect(bucket.Properties.BucketEncryption).toEqual({
      ServerSideEncryptionConfiguration: [
        {
          BucketKeyEnabled: true,
          ServerSideEncryptionByDefault: {
            SSEAlgorithm: 'aws:kms',
            KMSMasterKeyID: { 'Fn::GetAtt': [prod.of('AWS::KMS::Key')[0]?.[0], 'Arn'] },
          },
        },
      ],
    });
  });

  test('old versions, broken uploads and results of queries do not stay', () => {
    expect(bucket.Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
    expect((bucket.Properties.LifecycleConfiguration as { Rules: Json }).Rules).toEqual([
      {
        Id: 'old-versions',
        Status: 'Enabled',
        NoncurrentVersionExpiration: { NoncurrentDays: 30 },
        ExpiredObjectDeleteMarker: true,
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      },
      { Id: 'results', Status: 'Enabled', Prefix: 'results/', ExpirationInDays: 7 },
    ]);
  });

  test('checkpoints are found by instance and item, on demand', () => {
    expect(table.Properties.KeySchema).toEqual([
      { AttributeName: 'instance', KeyType: 'HASH' },
      { AttributeName: 'item', KeyType: 'RANGE' },
    ]);
    expect(table.Properties.BillingMode).toBe('PAY_PER_REQUEST');
  });

  test('checkpoints are encrypted with the customer key, and can be brought back to any point in time', () => {
    expect(table.Properties.SSESpecification).toMatchObject({ SSEEnabled: true, SSEType: 'KMS' });
    expect(table.Properties.PointInTimeRecoverySpecification).toMatchObject({ PointInTimeRecoveryEnabled: true });
  });

  test.each([
    ['the bucket', bucket],
    ["the bucket's policy", policy],
    ['the checkpoints', table],
    ['the key', key],
  ])('%s outlives the stack', (_, { DeletionPolicy, UpdateReplacePolicy }) => {
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
  });

  test('what outlives the stack has a generated name, so that it can be deployed again', () => {
    expect(bucket.Properties.BucketName).toBeUndefined();
    expect(table.Properties.TableName).toBeUndefined();
    expect(prod.of('AWS::KMS::Alias')).toEqual([]);
  });

  test('the key is turned over each year', () => {
    expect(key.Properties.EnableKeyRotation).toBe(true);
  });
});

describe('ingestion', () => {
  const isSync = ([id]: readonly [string, unknown]) => !id.startsWith('Maintenance');
  const functions = prod
    .of('AWS::Lambda::Function')
    .filter(isSync)
    .map(([, each]) => each);

  test('each instance has one function, told of that instance alone', () => {
    expect(functions.map((each) => settings(each).instance)).toEqual(['commet', 'checkout_page']);
    expect(settings(one(dev, 'AWS::Lambda::Function', 'Ingestionstoreeu'))).toEqual({
      stage: 'dev',
      instance: 'store_eu',
      api: 'checkout_page',
      baseUrl: null,
      bucket: 'at deploy',
      checkpointTable: 'at deploy',
      workgroup: 'payments_lake_dev',
      currentDatabase: 'payments_lake_dev',
      secretId: 'at deploy',
      lookbackDays: 30,
      fullReadingDays: 30,
      encoder: 'hyparquet',
      leaseSeconds: 60,
      waitForLeaseSeconds: 90,
      reserveSeconds: 60,
      mostContinuations: 100,
      mostRequestsPerBackfill: 100_000,
      sweepRequests: 600,
      recheckRequests: 300,
    });
  });

  test('functions run on arm64, on the newest Node that aws-cdk-lib knows', () => {
    const versions = Object.values(Runtime as unknown as Record<string, unknown>)
      .filter((each): each is Runtime => each instanceof Runtime && each.family === RuntimeFamily.NODEJS)
      .map(({ name }) => Number(/^nodejs(\d+)\./.exec(name)?.[1] ?? 0));
    expect(runtime.name).toBe(`nodejs${Math.max(...versions)}.x`);
    for (const { Properties } of functions) {
      expect([Properties.Runtime, Properties.Architectures]).toEqual([runtime.name, ['arm64']]);
    }
  });

  test('functions have a whole core and all the time that Lambda gives', () => {
    expect(functions.map(({ Properties }) => [Properties.MemorySize, Properties.Timeout])).toEqual([
      [1769, 900],
      [1769, 900],
    ]);
  });

  test('a function may invoke itself as often as a long backfill takes', () => {
    expect(functions.map(({ Properties }) => Properties.RecursiveLoop)).toEqual(['Allow', 'Allow']);
  });

  test('a function logs JSON, into a group of its own that forgets', () => {
    for (const { Properties } of functions) expect(Properties.LoggingConfig).toMatchObject({ LogFormat: 'JSON' });
    const groups = functions.map(({ Properties }) => text(Properties.LoggingConfig));
    expect(new Set(groups).size).toBe(2);
    const kept = prod.of('AWS::Logs::LogGroup').map(([, { Properties }]) => Properties.RetentionInDays);
    expect(kept).toEqual([90, 90, 90]);
  });

  test('an event is tried three times within six hours, then it goes to the dead letters', () => {
    const [failed] = prod.of('AWS::SQS::Queue').find(([id]) => /Failed/.test(id)) ?? [];
    for (const [, { Properties }] of prod.of('AWS::Lambda::EventInvokeConfig')) {
      expect(Properties).toMatchObject({
        MaximumRetryAttempts: 2,
        MaximumEventAgeInSeconds: 21_600,
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [failed, 'Arn'] } } },
      });
    }
    expect(prod.of('AWS::Lambda::EventInvokeConfig')).toHaveLength(3);
  });

  test('each secret is empty: neither a value nor one that is generated', () => {
    const secrets = [...prod.of('AWS::SecretsManager::Secret'), ...dev.of('AWS::SecretsManager::Secret')];
    expect(secrets).toHaveLength(5);
    for (const [, { Properties }] of secrets) {
      expect(Object.keys(Properties).filter((name) => name !== 'Tags')).toEqual(['Description', 'KmsKeyId']);
    }
  });

  test('no value of a secret stands in the template', () => {
    expect(text(prod.all)).not.toMatch(/SecretString|GenerateSecretString|\{\{resolve:/);
  });

  test('each enabled instance has one schedule', () => {
    const nightly = (stack: Synthesised) =>
      stack
        .of('AWS::Scheduler::Schedule')
        .map(([id]) => id)
        .filter((id) => !id.startsWith('Maintenance'));
    expect(nightly(prod)).toEqual([
      expect.stringContaining('IngestioncommetNightly'),
      expect.stringContaining('IngestioncheckoutpageNightly'),
    ]);
    expect(nightly(dev)).toEqual([
      expect.stringContaining('IngestionstoreeuNightly'),
      expect.stringContaining('IngestionthirdapiNightly'),
    ]);
  });

  test('a schedule fires the nightly at its time, tries for an hour, then gives up to the dead letters', () => {
    const { Properties } = one(dev, 'AWS::Scheduler::Schedule', 'Ingestionstoreeu');
    const [undelivered] = dev.of('AWS::SQS::Queue').find(([id]) => /Undelivered/.test(id)) ?? [];
    expect(Properties).toMatchObject({
      ScheduleExpression: 'cron(30 2 ? * MON *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Input: '{"mode":"incremental"}',
        RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 10 },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [undelivered, 'Arn'] } },
      },
    });
  });

  test.each([
    'a change of clocks can skip or repeat a time between 00:00 and 03:59 in Europe/Berlin',
    'the freshness alarm asks for a completed sync in 26 hours',
  ])('a schedule is taken with a warning: %s', (warning) => {
    const warned = ({ stack }: Synthesised) =>
      Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp(`store_eu.schedule: ${warning}`));
    expect([warned(prod).length, warned(dev).length]).toEqual([0, 1]);
  });

  test('dead letters are encrypted and kept for two weeks', () => {
    for (const [, { Properties }] of prod.of('AWS::SQS::Queue')) {
      expect(Properties).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 });
    }
  });
});

describe('rights', () => {
  const roleOf = (id: string) =>
    rights(prod)
      .filter(({ statement }) => statement.Effect === 'Allow')
      .filter((right) => right.id.startsWith(id));
  const commetRights = roleOf('Ingestioncommet');
  const granting = (action: string) =>
    commetRights.filter(({ statement }) => listed(statement.Action).includes(action)).map(({ statement }) => statement);

  test('no policy has a * for an action', () => {
    const actions = rights(prod).flatMap(({ statement }) => listed(statement.Action));
    expect(actions.length).toBeGreaterThan(50);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  test('no policy has a * for a resource, but for objects below a prefix, tables of a database, and two lists', () => {
    const wide = rights(prod).flatMap(({ statement }) =>
      listed(statement.Resource)
        .map((resource) => (text(resource).match(/"([^"]*\*)"/) ?? [])[1])
        .filter((resource) => resource !== undefined)
        .map((resource) => (resource === '*' ? listed(statement.Action).join() : resource)),
    );
    const tables = allTables(prodConfiguration.instances).map(({ name }) => `/warehouse/${name}/*`);
    const allowed = [
      // Names of objects are made while a sync or a query runs.
      ...tables,
      '/state/commet/*',
      '/state/checkout_page/*',
      '/warehouse/*',
      // Compaction deletes seen ids there.
      '/state/*',
      '/results/*',
      // Tables and views that a later version adds.
      ':table/payments_lake_history/*',
      ':table/payments_lake/*',
      // Athena lets nobody name a resource in these.
      'athena:ListDataCatalogs,athena:ListWorkGroups',
    ];
    expect([...new Set(wide)].sort()).toEqual(allowed.sort());
  });

  test('a sync reads its own secret only', () => {
    expect(granting('secretsmanager:GetSecretValue').map(({ Resource: secret }) => secret)).toEqual([
      {
        'Fn::GetAtt': [
          prod.of('AWS::SecretsManager::Secret').find(([id]) => id.startsWith('Ingestioncommet'))?.[0],
          'Id',
        ],
      },
    ]);
  });

  test("a sync reads and writes objects of its own tables, of the pipeline's, and its own state", () => {
    const prefixes = [
      'state/commet/*',
      'warehouse/commet_metadata/*',
      'warehouse/commet_payments/*',
      'warehouse/drift/*',
      'warehouse/loads/*',
      'warehouse/reconciliations/*',
    ];
    const [objects] = granting('s3:PutObject');
    expect(objects?.Action).toEqual(['s3:GetObject', 's3:PutObject']);
    expect(listed(objects?.Resource).map((arn) => (text(arn).match(/"\/([^"]*)"/) ?? [])[1])).toEqual(prefixes);
    const listing = granting('s3:ListBucket').map(({ Condition }) => Condition as Properties);
    const [asked] = listing.map(({ StringLike }) => (StringLike as Properties)['s3:prefix'] as readonly string[]);
    expect(asked?.toSorted()).toEqual(prefixes);
  });

  test('a sync counts its own payments in the one workgroup, and no other table', () => {
    expect(text(granting('athena:StartQueryExecution'))).toContain(':workgroup/payments_lake"');
    const tables = granting('glue:GetTable').flatMap(({ Resource: resource }) =>
      [...text(resource).matchAll(/:table\/([^"]*)"/g)].map(([, name]) => name),
    );
    expect(tables.sort()).toEqual(['payments_lake/commet_payments', 'payments_lake_history/commet_payments']);
    const results = granting('s3:PutObject').map(({ Resource: resource }) => text(resource));
    expect(results).toHaveLength(2);
    expect(results[1]).toContain('/results/*');
  });

  test('a sync can delete nothing', () => {
    expect(text(commetRights)).not.toMatch(/Delete/);
  });

  test('a sync reads and moves checkpoints of its own instance only', () => {
    expect(granting('dynamodb:UpdateItem')).toMatchObject([
      {
        Action: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['commet'] } },
      },
    ]);
  });

  test('a sync uses the key only through the services that hold its data', () => {
    const [use] = granting('kms:Decrypt');
    expect(text(use?.Condition)).toMatch(/kms:ViaService.*"s3\.".*"dynamodb\.".*"secretsmanager\."/);
  });

  test('a sync invokes itself only, by a policy that CloudFormation makes after the function', () => {
    const [itself] = granting('lambda:InvokeFunction').filter(({ Resource: target }) =>
      text(target).includes('Function'),
    );
    const [name] = prod.of('AWS::Lambda::Function').find(([id]) => id.startsWith('Ingestioncommet')) ?? [];
    expect(itself?.Resource).toEqual({ 'Fn::GetAtt': [name, 'Arn'] });
  });

  test('nobody may scan the checkpoints: a scan names no instance, and none is what the condition lets through', () => {
    expect(text(prod.all)).not.toMatch(/dynamodb:(Scan|\*)/);
  });

  test("a role is taken on by its own service only, and the schedules' by this account", () => {
    const trusted = prod.of('AWS::IAM::Role').map(
      ([
        id,
        {
          Properties: { AssumeRolePolicyDocument },
        },
      ]) => {
        const [statement] = (
          AssumeRolePolicyDocument as unknown as { Statement: { Principal: Json; Condition?: Json }[] }
        ).Statement;
        return [/Nightly|Weekly|Deletions/.test(id), statement?.Principal, statement?.Condition];
      },
    );
    const condition = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
    expect(trusted).toHaveLength(7);
    for (const [isNightly, ...rest] of trusted) {
      expect(rest).toEqual(
        isNightly
          ? [{ Service: 'scheduler.amazonaws.com' }, condition]
          : [{ Service: 'lambda.amazonaws.com' }, undefined],
      );
    }
  });

  test('an analyst reads tables and writes results, and changes no payment', () => {
    const statements = rights(prod).filter(({ id }) => id.startsWith('CatalogAnalyst'));
    const writing = statements.filter(({ statement }) => listed(statement.Action).includes('s3:PutObject'));
    expect(writing.map(({ statement }) => (text(statement.Resource).match(/"\/([^"]*)"/) ?? [])[1])).toEqual([
      'results/*',
    ]);
    expect(text(statements)).not.toMatch(/Delete|glue:(Create|Update)|athena:(Create|Update)/);
  });
});

describe('catalog', () => {
  const tablesIn = (stack: Synthesised, type: string) =>
    stack
      .of('AWS::Glue::Table')
      .map(
        ([
          ,
          {
            Properties: { TableInput },
          },
        ]) => TableInput as Properties,
      )
      .filter(({ TableType }) => TableType === type);

  test.each([
    ['prod', prod, ['payments_lake_history', 'payments_lake']],
    ['dev', dev, ['payments_lake_history_dev', 'payments_lake_dev']],
  ])('the stage %s has its two databases', (_, stack, names) => {
    const databases = stack.of('AWS::Glue::Database').map(
      ([
        ,
        {
          Properties: { DatabaseInput },
        },
      ]) => DatabaseInput,
    );
    expect(databases.map((database) => (database as Properties).Name)).toEqual(names);
  });

  test('every table is there', () => {
    const names = tablesIn(prod, 'EXTERNAL_TABLE').map(({ Name }) => Name);
    expect(names.toSorted()).toEqual(
      allTables(prodConfiguration.instances)
        .map(({ name }) => name)
        .sort(),
    );
    expect(names).toContain('loads');
  });

  test('every view is there, with the SQL of its stage', () => {
    for (const [stack, stage, instances] of [
      [prod, 'prod', prodConfiguration.instances],
      [dev, 'dev', devInstances],
    ] as const) {
      const views = tablesIn(stack, 'VIRTUAL_VIEW').map(({ Name, ViewOriginalText }) => {
        const [, base64 = ''] = /Presto View: (\S+) /.exec(String(ViewOriginalText)) ?? [];
        return [Name, (JSON.parse(Buffer.from(base64, 'base64').toString()) as { originalSql: string }).originalSql];
      });
      expect(views).toEqual(allViews(instances, 'trino', databasesOf(stage)).map(({ name, sql }) => [name, sql]));
    }
  });

  test('months are reckoned, not registered', () => {
    const bucket = { Ref: prod.of('AWS::S3::Bucket')[0]?.[0] };
    const payments = tablesIn(prod, 'EXTERNAL_TABLE').find(({ Name }) => Name === 'commet_payments');
    expect(payments?.PartitionKeys).toMatchObject([{ Name: 'month', Type: 'string' }]);
    expect(payments?.Parameters).toEqual({
      classification: 'parquet',
      EXTERNAL: 'TRUE',
      'projection.enabled': 'true',
      'projection.month.type': 'date',
      'projection.month.format': 'yyyy-MM',
      'projection.month.range': '2015-01,2035-12',
      'projection.month.interval': '1',
      'projection.month.interval.unit': 'MONTHS',
      'storage.location.template': {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Athena's own placeholder
        'Fn::Join': ['', ['s3://', bucket, '/warehouse/commet_payments/month=${month}/']],
      },
    });
  });

  test('a table is read as Parquet, under its own prefix', () => {
    const payments = tablesIn(prod, 'EXTERNAL_TABLE').find(({ Name }) => Name === 'commet_payments');
    expect(payments?.StorageDescriptor).toMatchObject({
      Location: { 'Fn::Join': ['', ['s3://', expect.anything(), '/warehouse/commet_payments/']] },
      InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
      SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
    });
  });

  test('every column of every table and view says what it means, on a line that Glue takes', () => {
    const columns = ['EXTERNAL_TABLE', 'VIRTUAL_VIEW']
      .flatMap((type) => tablesIn(prod, type))
      .flatMap(({ StorageDescriptor }) => (StorageDescriptor as unknown as { Columns: { Comment: string }[] }).Columns);
    expect(columns.length).toBeGreaterThan(300);
    expect(columns.filter(({ Comment }) => !/^.{5,255}$/.test(Comment))).toEqual([]);
  });

  test('results of queries are encrypted and lie under one prefix, whatever a client asks for', () => {
    expect(one(prod, 'AWS::Athena::WorkGroup').Properties.WorkGroupConfiguration).toMatchObject({
      EnforceWorkGroupConfiguration: true,
      ResultConfiguration: {
        OutputLocation: { 'Fn::Join': ['', ['s3://', expect.anything(), '/results/']] },
        EncryptionConfiguration: { EncryptionOption: 'SSE_KMS' },
      },
    });
  });

  test('a query that scans more than 10 GB is stopped', () => {
    expect(one(prod, 'AWS::Athena::WorkGroup').Properties.WorkGroupConfiguration).toMatchObject({
      BytesScannedCutoffPerQuery: 10_000_000_000,
    });
  });

  test('saved queries are there unless they are switched off', () => {
    expect(prod.of('AWS::Athena::NamedQuery').length).toBeGreaterThan(4);
    expect(dev.of('AWS::Athena::NamedQuery')).toEqual([]);
  });
});

describe('maintenance', () => {
  const [, compaction] = prod.of('AWS::Lambda::Function').find(([id]) => id.startsWith('Maintenance')) ?? [];

  test('compaction runs every week, and what it superseded is looked at every day', () => {
    const schedules = prod.of('AWS::Scheduler::Schedule').filter(([id]) => id.startsWith('Maintenance'));
    expect(
      schedules.map(([, { Properties }]) => [
        Properties.ScheduleExpression,
        (Properties.Target as { Input: string }).Input,
      ]),
    ).toEqual([
      ['cron(45 5 ? * SUN *)', '{}'],
      ['cron(45 6 * * ? *)', '{"only":"deletions"}'],
    ]);
  });

  test('its function knows every instance, and has a whole core and 15 minutes', () => {
    expect(compaction?.Properties).toMatchObject({ MemorySize: 1769, Timeout: 900, Architectures: ['arm64'] });
    expect(settings(compaction as Resource)).toMatchObject({
      instances: [
        { name: 'commet', api: 'commet' },
        { name: 'checkout_page', api: 'checkout_page' },
      ],
      fileMb: 128,
      graceHours: 24,
    });
  });

  test('it shares its months out to four invocations, unless told to how many', () => {
    const atOnce = (stack: Synthesised) =>
      (settings(one(stack, 'AWS::Lambda::Function', 'Maintenance')) as unknown as CompactionSettings).atOnce;
    expect([atOnce(prod), atOnce(dev)]).toEqual([4, 20]);
  });

  test('its role is the only one that deletes files: those of the warehouse, and the seen ids, which it cannot read', () => {
    const deleting = rights(prod).filter(({ statement }) => listed(statement.Action).includes('s3:DeleteObject'));
    expect(deleting.map(({ id }) => id)).toEqual(deleting.map(() => expect.stringMatching(/^MaintenanceRole/)));
    expect(deleting.map(({ statement }) => listed(statement.Action))).toEqual([
      ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
      ['s3:DeleteObject'],
    ]);
    expect(text(deleting[0]?.statement.Resource)).toMatch(/"\/warehouse\/\*"/);
    expect(text(deleting[1]?.statement.Resource)).toMatch(/"\/state\/\*"/);
  });

  test('it changes items of its own only, reads those of the syncs, and no secret', () => {
    const own = rights(prod).filter(({ id }) => id.startsWith('MaintenanceRole'));
    const keys = own.find(({ statement }) => listed(statement.Action).includes('dynamodb:DeleteItem'))?.statement;
    expect(keys?.Condition).toEqual({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['compaction#*'] } });
    const syncs = own.filter(({ statement }) => text(statement.Condition ?? {}).includes('"checkout_page"'));
    expect(syncs.map(({ statement }) => [statement.Action, statement.Condition])).toEqual([
      ['dynamodb:Query', { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['commet', 'checkout_page'] } }],
    ]);
    expect(text(own)).not.toMatch(/secretsmanager|dynamodb:Scan/);
  });

  test('a compaction that failed is an alarm', () => {
    const watching = prod
      .of('AWS::CloudWatch::Alarm')
      .filter(([, { Properties }]) => Properties.MetricName === 'CompactionFailed');
    expect(watching).toMatchObject([
      [expect.any(String), { Properties: { Dimensions: [{ Name: 'stage', Value: 'prod' }] } }],
    ]);
  });
});

describe('monitoring', () => {
  const alarmsOf = (stack: Synthesised) => stack.of('AWS::CloudWatch::Alarm').map(([, { Properties: each }]) => each);
  const alarms = alarmsOf(prod);
  const dimensions = (stage: string, instance: string) => [
    { Name: 'instance', Value: instance },
    { Name: 'stage', Value: stage },
  ];

  test.each([
    [metrics.syncFailed, { Threshold: 1, Period: 300, TreatMissingData: 'notBreaching' }],
    [metrics.throttledPercent, { Threshold: 10, Period: 3600, Statistic: 'Maximum', TreatMissingData: 'notBreaching' }],
    [metrics.unknownFields, { Threshold: 1, Period: 3600, TreatMissingData: 'ignore' }],
    [metrics.misfits, { Threshold: 1, Period: 3600, TreatMissingData: 'ignore' }],
    [metrics.unknownValues, { Threshold: 1, Period: 3600, TreatMissingData: 'ignore' }],
    [
      metrics.syncCompleted,
      {
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
        Period: 3600,
        EvaluationPeriods: 26,
        DatapointsToAlarm: 26,
        TreatMissingData: 'breaching',
      },
    ],
  ])('every function is watched by %s', (metric, expected) => {
    for (const [, each] of prod.of('AWS::Lambda::Function').filter(([id]) => !id.startsWith('Maintenance'))) {
      const { stage, instance } = settings(each);
      const watching = alarms.filter(
        ({ MetricName, Dimensions }) => MetricName === metric && text(Dimensions) === text(dimensions(stage, instance)),
      );
      expect(watching).toMatchObject([{ Namespace: 'PaymentsLake', ...expected }]);
    }
  });

  test('an instance that is switched off is not asked to be fresh', () => {
    const fresh = alarmsOf(dev).filter(({ MetricName }) => MetricName === metrics.syncCompleted);
    expect(fresh.map(({ Dimensions }) => Dimensions)).toEqual([
      dimensions('dev', 'store_eu'),
      dimensions('dev', 'third_api'),
    ]);
  });

  test('dead letters of either kind are watched', () => {
    const queues = prod.of('AWS::SQS::Queue').map(([id]) => ({ 'Fn::GetAtt': [id, 'QueueName'] }));
    const watched = alarms.filter(({ MetricName }) => MetricName === 'ApproximateNumberOfMessagesVisible');
    expect(watched.map(({ Dimensions }) => (Dimensions as readonly Properties[])[0]?.Value)).toEqual(queues);
    for (const alarm of watched) expect(alarm).toMatchObject({ Threshold: 1, Statistic: 'Maximum' });
  });

  test('there are as many as docs/costs.md reckons with', () => {
    expect(alarms).toHaveLength(deployed.alarms);
  });

  test('every alarm goes to the topic', () => {
    const topic = { Ref: prod.of('AWS::SNS::Topic')[0]?.[0] };
    expect(alarms.map(({ AlarmActions }) => AlarmActions)).toEqual(alarms.map(() => [topic]));
  });

  test('the topic is encrypted, and CloudWatch may use its key: else no alarm ever arrives', () => {
    const [key] = prod.of('AWS::KMS::Key')[0] ?? [];
    expect(one(prod, 'AWS::SNS::Topic').Properties.KmsMasterKeyId).toEqual({ 'Fn::GetAtt': [key, 'Arn'] });
    const { KeyPolicy } = one(prod, 'AWS::KMS::Key').Properties;
    const admitted = (KeyPolicy as { Statement: Json[] }).Statement.filter((statement) =>
      text(statement).includes('cloudwatch'),
    );
    expect(admitted).toEqual([
      {
        Sid: 'AlarmsToEncryptedTopic',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
  });

  test("CloudWatch may publish to the topic, which with a policy of its own lets nobody else's alarms in", () => {
    const allowed = statementsOf(one(prod, 'AWS::SNS::TopicPolicy')).filter(({ Effect }) => Effect === 'Allow');
    expect(allowed).toMatchObject([
      {
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
  });

  test('alarms reach the address that is configured', () => {
    expect(one(dev, 'AWS::SNS::Subscription').Properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'data@example.com',
    });
  });

  test('without an address each synth warns of it', () => {
    const warning = 'paymentsLake.alarmEmail: nobody is told of an alarm';
    const warned = ({ stack }: Synthesised) =>
      Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp(warning));
    expect([warned(prod).length, warned(dev).length]).toEqual([1, 0]);
  });

  test('the page of the nights shows what each instance did', () => {
    const body = text(one(prod, 'AWS::CloudWatch::Dashboard').Properties.DashboardBody);
    for (const metric of Object.values(metrics)) {
      if (metric !== metrics.syncCompleted && metric !== metrics.throttledPercent) expect(body).toContain(metric);
    }
    expect(body).toContain('maxMemoryUsedMB');
  });
});

describe('the runbook', () => {
  const headings = [...readFileSync(join('docs', 'runbook.md'), 'utf8').matchAll(/^## (.*)$/gm)].map(
    ([, heading]) => heading,
  );
  const linked = [prod, dev].flatMap(({ of }) =>
    of('AWS::CloudWatch::Alarm').map(([, { Properties: each }]) => String(each.AlarmDescription)),
  );

  test('every alarm names its heading, and each heading has an alarm', () => {
    const anchors = linked.map((description) => / What to do: docs\/runbook\.md#([a-z0-9-]+)$/.exec(description)?.[1]);
    const known = Object.values(runbook).map(anchor);
    expect(new Set(anchors)).toEqual(new Set(known));
  });

  test('it has a heading for each kind of alarm, and no other', () => {
    expect(headings).toEqual(Object.values(runbook));
  });
});

describe('the stack', () => {
  test('its outputs are all that the command asks of it', () => {
    const outputs = Object.keys(prod.all.Outputs);
    expect(outputs).toEqual(
      expect.arrayContaining(['Bucket', 'CheckpointTable', 'Workgroup', 'HistoryDatabase', 'CurrentDatabase']),
    );
    const { Value } = prod.all.Outputs.Instances as { Value: { 'Fn::Join': [string, unknown[]] } };
    const parts = Value['Fn::Join'][1].map((part) =>
      typeof part === 'string' ? part : text(part).replaceAll('"', "'"),
    );
    const functions = prod.of('AWS::Lambda::Function').map(([id]) => `{'Ref':'${id}'}`);
    expect(JSON.parse(parts.join(''))).toMatchObject([
      { instance: 'commet', api: 'commet', functionName: functions[0] },
      { instance: 'checkout_page', api: 'checkout_page', functionName: functions[1] },
    ]);
  });

  test('its outputs are all that the runbook names', () => {
    const told = readFileSync(join('docs', 'runbook.md'), 'utf8');
    const named = [...told.matchAll(/the output `(\w+)`/g)].map(([, name]) => String(name));
    expect(named).toEqual(expect.arrayContaining(['Instances', 'UndeliveredQueue', 'FailedQueue', 'Dashboard']));
    expect(named.filter((name) => !(name in prod.all.Outputs))).toEqual([]);
    const logs = prod.of('AWS::Logs::LogGroup').flatMap(([id]) => (id.startsWith('Ingestion') ? [id] : []));
    expect(logs).toHaveLength(2);
    const { Instances, CompactionLog } = prod.all.Outputs;
    expect(logs.filter((id) => !text([Instances, CompactionLog]).includes(`"Ref":"${id}"`))).toEqual([]);
  });

  test('it has the tags, which CloudFormation hands on to its resources', () => {
    expect(dev.stack.tags.tagValues()).toEqual({ team: 'data' });
  });

  test('a third API in the registry is deployed with no edit here', () => {
    expect(dev.of('AWS::Lambda::Function').map(([, each]) => settings(each).api)).toEqual([
      'commet',
      'checkout_page',
      'third_api',
    ]);
    expect(text(dev.all)).toContain('warehouse/third_api_payments/');
  });

  test.each([
    ['prod', prod],
    ['dev', dev],
  ])('cdk-nag finds nothing in %s that has no reason', (_, { app }) => {
    const report = new AwsSolutionsChecks(app).validateScope(app);
    expect(report.violations.map(({ ruleName, description }) => `${ruleName}: ${description}`)).toEqual([]);
  });
});
