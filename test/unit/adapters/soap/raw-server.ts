import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface RawRequest {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** An HTTP server that sends exactly the answers of a test, whether they are valid or not. */
export interface RawServer extends AsyncDisposable {
  readonly url: string;
  /** All requests so far, in the order of their arrival. */
  readonly requests: readonly RawRequest[];
  /** The number of connections that were opened. */
  readonly connections: number;
}

export type Answering = (response: ServerResponse, request: RawRequest, count: number) => void;

/**
 * Starts a server on the loopback interface. `answer` also gets the number of requests so far, including the current
 * one.
 */
export async function startRawServer(answer: Answering): Promise<RawServer> {
  const requests: RawRequest[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const received = { headers: request.headers, body: Buffer.concat(chunks).toString() };
      requests.push(received);
      answer(response, received, requests.length);
    });
    request.on('error', () => {});
  });
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('the server has no port');
  }
  return {
    url: `http://127.0.0.1:${address.port}/soap`,
    requests,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Sends a response. The default is status 200 and a content type of XML. */
export function reply(
  response: ServerResponse,
  body: string | Uint8Array,
  contentType = 'text/xml; charset=utf-8',
  status = 200,
): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

export const envelope11 = (body: string): string =>
  `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>${body}</soap:Body></soap:Envelope>`;

export const envelope12 = (body: string): string =>
  `<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Body>${body}</soap:Body></soap:Envelope>`;
