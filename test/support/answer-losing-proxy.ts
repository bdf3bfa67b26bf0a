import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AnswerLosingProxy {
  readonly address: string;
  /** The next request whose target begins so is passed on, and its answer dropped with the connection. */
  loseAnswerTo(target: string): void;
  /** Answers lost so far. */
  lost(): number;
  close(): Promise<void>;
}

/** Stands before a DynamoDB endpoint; `target` is the API's action, such as UpdateItem. */
export async function answerLosingProxy(endpoint: string): Promise<AnswerLosingProxy> {
  const doomed: string[] = [];
  let lost = 0;
  const server = createServer((incoming, outgoing) => {
    const action = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
    const isDoomed = doomed[0] === action && doomed.shift() !== undefined;
    const passedOn = request(
      endpoint,
      { method: incoming.method, headers: incoming.headers, path: incoming.url },
      (answer) => {
        if (!isDoomed) {
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(outgoing);
          return;
        }
        lost += 1;
        answer.resume().on('end', () => incoming.socket.destroy());
      },
    );
    incoming.pipe(passedOn);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    loseAnswerTo: (target) => doomed.push(target),
    lost: () => lost,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
