import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What a scripted request is answered with; a function does all of it itself. */
export type Answer =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  | RequestListener;

export interface AnsweringServer {
  readonly baseUrl: string;
  /** Every request so far: its URL as it came over the wire, and its headers. */
  readonly requests: { readonly url: string; readonly headers: Readonly<Record<string, unknown>> }[];
  /** How many connections have been opened. */
  sockets(): number;
  close(): Promise<void>;
}

/** Gives the answers in turn, the last one for ever after, on loopback. A body that is no text goes out as JSON. */
export async function answeringServer(...answers: readonly Answer[]): Promise<AnsweringServer> {
  const requests: AnsweringServer['requests'] = [];
  const open = new Set<Socket>();
  let opened = 0;
  const server: Server = createServer((request, response) => {
    const answer = answers[Math.min(requests.length, answers.length - 1)] ?? {};
    requests.push({ url: request.url ?? '', headers: request.headers });
    if (typeof answer === 'function') {
      answer(request, response);
      return;
    }
    const { status = 200, headers = {}, body = {} } = answer;
    const isBytes = typeof body === 'string' || Buffer.isBuffer(body);
    response.writeHead(status, headers).end(isBytes ? body : JSON.stringify(body));
  });
  server.on('connection', (socket) => {
    opened += 1;
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    sockets: () => opened,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
