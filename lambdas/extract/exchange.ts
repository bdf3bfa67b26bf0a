import { type Agent, type IncomingHttpHeaders, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

/** What stands before an answer's body. */
export interface Head {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** One request went out, and this came of it. */
export type Exchange =
  | { readonly kind: 'answer'; readonly head: Head; readonly body: Buffer }
  /** `head`: null if not even that came. `lasting`: trying again changes nothing. */
  | { readonly kind: 'broken'; readonly head: Head | null; readonly what: string; readonly lasting: boolean };

export interface Call {
  /** Host, port, path and headers, as node:http takes them. */
  readonly target: RequestOptions;
  readonly agent: Agent;
  /** For the whole exchange: a body that drips ends with it too. */
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Told of every piece of a body as it arrives. */
  readonly onBytes: (bytes: number) => void;
}

/** Of an answer that is an error only the head counts; its body is read so that the connection can be used again. */
const errorBodyBytes = 64 * 1024;

export const isSuccess = ({ status }: Head): boolean => status >= 200 && status < 300;

/**
 * Sends one GET and reads the answer, whole or not at all. Redirects are answers like others.
 * An error of Node's is reduced to its code: the error itself may hold the bytes of the answer.
 *
 * @throws the signal's reason, as soon as it is aborted; nothing else
 */
export function exchange(call: Call): Promise<Exchange> {
  const { signal, timeoutMs } = call;
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    let head: Head | null = null;
    let settled = false;
    const settle = (act: () => void) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      act();
    };
    const answer = (got: Head, body: Buffer) => settle(() => resolve({ kind: 'answer', head: got, body }));
    const broken = (what: string, lasting = false) => {
      if (head && !isSuccess(head)) answer(head, Buffer.alloc(0));
      settle(() => resolve({ kind: 'broken', head, what, lasting }));
      request.destroy();
    };
    const onAbort = () => {
      settle(() => reject(signal?.reason));
      request.destroy();
    };
    const timer = setTimeout(() => broken(`no whole answer within ${timeoutMs / 1000} s`), timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });

    const send = call.target.protocol === 'http:' ? requestHttp : requestHttps;
    const request = send({ ...call.target, method: 'GET', agent: call.agent });
    request.on('error', (error: NodeJS.ErrnoException) =>
      broken(`the connection failed (${codeOf(error)})`, isCertificateError(error)),
    );
    request.on('response', (response) => {
      const got = { status: response.statusCode ?? 0, headers: response.headers };
      head = got;
      const most = isSuccess(got) ? call.maxBodyBytes : errorBodyBytes;
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        call.onBytes(chunk.length);
        if (size > most) broken(`a body of more than ${most} bytes`, true);
        else chunks.push(chunk);
      });
      response.on('end', () => answer(got, Buffer.concat(chunks)));
      response.on('error', (error) => broken(`a body cut short (${codeOf(error)})`));
      response.on('close', () => broken('a body cut short'));
    });
    request.end();
  });
}

const codeOf = (error: NodeJS.ErrnoException): string => error.code ?? error.name;

/** Codes of OpenSSL's and Node's checks of the server's certificate. */
const isCertificateError = ({ code = '' }: NodeJS.ErrnoException): boolean =>
  /^(CERT_|ERR_TLS_CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(code);
