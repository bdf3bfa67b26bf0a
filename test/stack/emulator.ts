import type { ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { startInBackground } from './child-process.ts';
import { until } from './step.ts';
import type { Tools } from './tools.ts';

export const region = 'eu-central-1';

/** The SDK says on Node 20 that it wants 22; the functions run on 24. */
export const quietSdk = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' } as const;

/** A running ministack. */
export interface Emulator {
  /** What the CDK's CLI, the SDK's clients and the payments-lake command need to talk to it, and to nothing else. */
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly process: ChildProcess;
}

/** @param folder for all that it and the functions write */
export async function startEmulator(tools: Tools, folder: string, logFile: string): Promise<Emulator> {
  const port = await freePort();
  const home = join(folder, 'home');
  const temporary = join(folder, 'tmp');
  for (const each of [home, temporary]) await mkdir(each, { recursive: true });
  // The access key id is the account to ministack; a new one each time, since the CDK's CLI remembers whose a key was.
  const account = String(randomInt(100_000_000_000, 1_000_000_000_000 - 1));
  const child = startInBackground(tools.ministack, [], {
    logFile,
    cwd: folder,
    // Functions inherit it: nothing of the caller's environment, no credential, no NODE_OPTIONS.
    env: {
      PATH: tools.path,
      HOME: home,
      TMPDIR: temporary,
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      MINISTACK_REGION: region,
      MINISTACK_ACCOUNT_ID: account,
      IOT_MTLS_ENABLED: '0',
      S3_DATA_DIR: join(temporary, 's3'),
      STATE_DIR: join(temporary, 'state'),
    },
  });
  const endpoint = `http://127.0.0.1:${port}`;
  await until('ministack to answer', 60, async () => {
    if (child.exitCode !== null || child.pid === undefined) {
      throw new Error(`ministack did not start:\n${await tail(logFile)}`);
    }
    return fetch(`${endpoint}/_ministack/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  });
  const env = {
    HOME: home,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...quietSdk,
    // Without it an SDK asks the address where EC2 tells who it is.
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  return { env, logFile, process: child };
}

/** A port nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((closed) => server.close(closed));
  return port;
}

export const tail = async (file: string, lines = 40): Promise<string> =>
  (await readFile(file, 'utf8').catch(() => '')).trimEnd().split('\n').slice(-lines).join('\n');
