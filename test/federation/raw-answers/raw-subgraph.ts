import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** A request that the subgraph got. */
export interface RawRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The whole body, unchanged. */
  readonly text: string;
  /** The document in the body; empty if the body has none. */
  readonly query: string;
}

/**
 * An HTTP response, byte for byte. By default, it has status 200, the content type of JSON, an empty body, and a proper
 * end.
 */
export interface RawAnswer {
  readonly status?: number;
  /** These headers replace the default content type. */
  readonly headers?: Readonly<Record<string, string | number>>;
  /** The body. An array lists the chunks of the body, each of which is written separately. */
  readonly body?: string | Uint8Array | readonly (string | Uint8Array)[];
  /** The event after the body. `destroy` destroys the socket; with `never`, the response does not end. */
  readonly end?: 'destroy' | 'never';
}

export type AnswerRaw = (request: RawRequest) => RawAnswer | string | Promise<RawAnswer | string>;

/** An HTTP subgraph whose answers are chosen by a test. They may be invalid. */
export interface RawSubgraph extends AsyncDisposable {
  readonly url: URL;
  /** All requests, in the order of their arrival. */
  readonly requests: RawRequest[];
  /** Answers a request. If the answer is a text, it is the body of a JSON response. */
  answer: AnswerRaw;
}

export async function startRawSubgraph(answer: AnswerRaw = () => '{"data":null}'): Promise<RawSubgraph> {
  const server = createServer((incoming, response) => {
    const answering = async () => {
      const body = await text(incoming);
      const { url: path = '', headers } = incoming;
      const request: RawRequest = { path, headers, text: body, query: queryIn(body) };
      subgraph.requests.push(request);
      const answered = await subgraph.answer(request);
      await write(response, typeof answered === 'string' ? { body: answered } : answered);
    };
    answering().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const subgraph: RawSubgraph = {
    url: new URL(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/graphql`),
    requests: [],
    answer,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
  return subgraph;
}

function queryIn(body: string): string {
  const { query = '' } = body === '' ? {} : (JSON.parse(body) as { query?: string });
  return query;
}

async function write(response: ServerResponse, answer: RawAnswer): Promise<void> {
  const { status = 200, headers = { 'content-type': 'application/json' }, body = '', end } = answer;
  response.writeHead(status, { ...headers });
  response.flushHeaders();
  for (const chunk of typeof body === 'string' || body instanceof Uint8Array ? [body] : body) {
    await new Promise((resolve) => response.write(chunk, resolve));
  }
  if (end === undefined) {
    response.end();
  } else if (end === 'destroy') {
    response.destroy();
  }
}
