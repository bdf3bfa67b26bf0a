import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What AWS refuses a request with. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Answers of one operation; a Refusal may be thrown. */
export type Operation = (input: Record<string, unknown>) => unknown;

export interface AwsServer {
  readonly url: string;
  /** Every call so far, in order: `Athena.StartQueryExecution`, its input. */
  readonly calls: { readonly operation: string; readonly input: Record<string, unknown> }[];
  close(): Promise<void>;
}

/**
 * Loopback, speaking just enough of three services' protocols for the real SDK clients: Athena's JSON, Lambda's
 * Invoke, CloudFormation's XML. What the services do stands in the operations a test gives; an emulator that does it
 * by itself is what test:stack runs on.
 */
export async function awsServer(operations: Readonly<Record<string, Operation>>): Promise<AwsServer> {
  const calls: AwsServer['calls'] = [];
  const server = createServer(async (request, response) => {
    const { operation, input } = parse(request, await textOf(request));
    calls.push({ operation, input });
    const say = operation.startsWith('CloudFormation') ? asXml : asJson;
    try {
      const answer = operations[operation];
      if (!answer) throw new Refusal('UnknownOperationException', `no ${operation} here`);
      const body = say.answer(operation, (await answer(input)) ?? {});
      response.writeHead(operation === 'Lambda.Invoke' ? 202 : 200).end(body);
    } catch (error) {
      const { code = 'InternalServerException', status = 500, message } = error as Refusal;
      response.writeHead(status, { 'x-amzn-errortype': code }).end(say.refusal(code, message));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += part;
  return text;
}

function parse({ headers, url = '' }: IncomingMessage, body: string) {
  const target = headers['x-amz-target'];
  if (target) {
    const operation = String(target).replace('AmazonAthena.', 'Athena.');
    return { operation, input: JSON.parse(body) as Record<string, unknown> };
  }
  const [, functionName] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(url) ?? [];
  if (functionName) {
    const type = headers['x-amz-invocation-type'];
    return { operation: 'Lambda.Invoke', input: { functionName, type, event: JSON.parse(body) } };
  }
  const { Action, ...input } = Object.fromEntries(new URLSearchParams(body));
  return { operation: `CloudFormation.${Action}`, input };
}

const asJson = {
  answer: (_: string, answer: unknown) => JSON.stringify(answer),
  refusal: (code: string, message: string) => JSON.stringify({ __type: code, message }),
};

const asXml = {
  answer: (operation: string, answer: unknown) => {
    const action = operation.slice('CloudFormation.'.length);
    return `<${action}Response><${action}Result>${xml(answer)}</${action}Result></${action}Response>`;
  },
  refusal: (code: string, message: string) =>
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error></ErrorResponse>`,
};

const xml = (value: unknown): string => {
  if (Array.isArray(value)) return value.map((item) => `<member>${xml(item)}</member>`).join('');
  if (value === null || typeof value !== 'object') return escaped(String(value));
  return Object.entries(value)
    .map(([name, member]) => `<${name}>${xml(member)}</${name}>`)
    .join('');
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
