import type { InvocationContext } from '../../../lambdas/handlers/aws-world.ts';
import { handler } from '../../../lambdas/handlers/sync.ts';
import { settingsVariable } from '../../../lambdas/warehouse/function-settings.ts';

const context: InvocationContext = {
  functionName: 'the-function',
  memoryLimitInMB: '1024',
  awsRequestId: 'request-1',
  getRemainingTimeInMillis: () => 900_000,
};

afterEach(() => {
  delete process.env[settingsVariable];
  jest.restoreAllMocks();
});

test.each([undefined, '', '{', 'null', '{}', '[]'])(
  'a function whose settings are %j logs an error and answers: a retry would not mend it',
  async (settings) => {
    if (settings !== undefined) process.env[settingsVariable] = settings;
    let written = '';
    for (const stream of [process.stdout, process.stderr]) {
      jest.spyOn(stream, 'write').mockImplementation((chunk) => {
        written += String(chunk);
        return true;
      });
    }
    const error = "PAYMENTS_LAKE_SETTINGS must hold the function's settings as JSON; deploy the stack again";
    await expect(handler({}, context)).resolves.toEqual({ error });
    expect(JSON.parse(written)).toMatchObject({
      level: 'ERROR',
      message: error,
      instance: 'the-function',
      invocation: 'request-1',
    });
  },
);
