import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Webhook } from 'standardwebhooks';

/** A new secret, in the form that WEBHOOKS_FILE and receivers require. */
export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
export const bytesOf = (secret: string): Uint8Array =>
  new Uint8Array(Buffer.from(secret.slice('whsec_'.length), 'base64'));

/** A message as it arrived. */
export interface Received {
  readonly id: string;
  readonly at: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /**
   * The notice, read by the reference library, which checks the signature and the time stamp.
   * @throws Error if they are wrong
   */
  verified(secret: string): unknown;
}

export type Answer = (response: ServerResponse, received: Received) => void;

/** A webhook endpoint for tests, which keeps the messages that it gets. */
export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received[];
  /** The endpoint's answer from now on. The default is 204. */
  answer: Answer;
  /** Resolves when the endpoint has received `count` messages. */
  got(count: number): Promise<void>;
  /** Closes the port and all connections. */
  goDown(): Promise<void>;
  /** Listens again on the same port. */
  comeBack(): Promise<void>;
}

export const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void =>
    void response.writeHead(code, headers).end();

export async function startReceiver(
  tls: { readonly cert: string; readonly key: string } | null = null,
): Promise<Receiver> {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  const receiver: { answer: Answer } = { answer: status(204) };
  let server: Server | null = null;
  let port = 0;
  const listen = async () => {
    server = tls === null ? createServer() : createTlsServer(tls);
    server.on('request', async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) {
        chunks.push(chunk);
      }
      const message = receivedOf(request.headers, Buffer.concat(chunks).toString());
      received.push(message);
      receiver.answer(response, message);
      for (const wake of waiting) {
        wake();
      }
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  };
  const close = async () => {
    if (server?.listening === true) {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    }
  };
  await listen();
  return Object.assign(receiver, {
    url: `${tls === null ? 'http' : 'https'}://127.0.0.1:${port}/hooks?library=1`,
    received,
    async got(count: number) {
      while (received.length < count) {
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.add(resolve);
        await promise;
        waiting.delete(resolve);
      }
    },
    goDown: close,
    comeBack: listen,
    [Symbol.asyncDispose]: close,
  });
}

function receivedOf(headers: IncomingHttpHeaders, body: string): Received {
  const text = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  return {
    id: text['webhook-id'] ?? '',
    at: performance.now(),
    headers,
    body,
    verified: (secret) => new Webhook(secret).verify(body, text),
  };
}
