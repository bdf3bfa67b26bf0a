/** Everything the SDK's default chain looks at first; undefined: not set. */
const clean: Readonly<Record<string, string | undefined>> = {
  AWS_ENDPOINT_URL: undefined,
  AWS_ENDPOINT_URL_DYNAMODB: undefined,
  AWS_PROFILE: undefined,
  AWS_REGION: 'eu-west-1',
  AWS_DEFAULT_REGION: undefined,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_SESSION_TOKEN: undefined,
  // No file of the person who runs the tests, and no question to a network.
  AWS_CONFIG_FILE: '/nonexistent',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_MAX_ATTEMPTS: '1',
};

const before = Object.fromEntries(Object.keys(clean).map((name) => [name, process.env[name]]));

/** The process's AWS settings for one test: those of nobody, but for these. */
export const setAwsEnvironment = (own: Readonly<Record<string, string | undefined>>): void => set({ ...clean, ...own });

/** For `afterEach`. */
export const restoreAwsEnvironment = (): void => set(before);

function set(values: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
