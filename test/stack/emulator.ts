import type { ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { get } from 'node:https';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { run, startInBackground } from './child-process.ts';
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

/**
 * Starts ministack so that it refuses what AWS would refuse: it weighs each function's role and each resource's
 * policy, and speaks TLS, since the buckets' policies admit nothing else.
 *
 * @param folder for all that it and the functions write
 */
export async function startEmulator(tools: Tools, folder: string, logFile: string): Promise<Emulator> {
  const port = await freePort();
  const home = join(folder, 'home');
  const temporary = join(folder, 'tmp');
  for (const each of [home, temporary, dirname(logFile)]) await mkdir(each, { recursive: true });
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  await run(tools.python, [join('test', 'stack', 'certificate.py'), certificate, key]);
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
      AUTH: 'true',
      USE_SSL: '1',
      MINISTACK_SSL_CERT: certificate,
      MINISTACK_SSL_KEY: key,
      IOT_MTLS_ENABLED: '0',
      S3_DATA_DIR: join(temporary, 's3'),
      STATE_DIR: join(temporary, 'state'),
    },
  });
  const endpoint = `https://127.0.0.1:${port}`;
  const ca = await readFile(certificate, 'utf8');
  await until('ministack to answer', 60, async () => {
    if (child.exitCode !== null || child.pid === undefined) {
      throw new Error(`ministack did not start:\n${await tail(logFile)}`);
    }
    return isHealthy(`${endpoint}/_ministack/health`, ca);
  });
  const env = {
    HOME: home,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    // Read when a process starts.
    NODE_EXTRA_CA_CERTS: certificate,
    ...quietSdk,
    // Without it an SDK asks the address where EC2 tells who it is.
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  return { env, logFile, process: child };
}

const isHealthy = (url: string, ca: string): Promise<boolean> =>
  new Promise((resolve) => {
    const asked = get(url, { ca, timeout: 2000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
  });

/**
 * A port nobody listens on now, and that no outgoing connection is given before it is needed: those come from 32768 up
 * (49152 on macOS).
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 32_000);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'EADDRINUSE') return false;
        throw error;
      },
    );
    if (!isFree) continue;
    await new Promise((closed) => server.close(closed));
    return port;
  }
}

const tail = async (file: string, lines = 40): Promise<string> =>
  (await readFile(file, 'utf8').catch(() => '')).trimEnd().split('\n').slice(-lines).join('\n');
