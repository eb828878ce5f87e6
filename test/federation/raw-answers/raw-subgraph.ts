import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** A request that the subgraph got. */
export interface RawRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The body as it came. */
  readonly text: string;
  /** The document in the body; empty if the body has none. */
  readonly query: string;
}

/** An HTTP response, byte for byte. What is left out: 200, JSON, an empty body, and a proper end. */
export interface RawAnswer {
  readonly status?: number;
  /** Replace the content type of JSON. */
  readonly headers?: Readonly<Record<string, string | number>>;
  /** Several are chunks of one body, each written by itself. */
  readonly body?: string | Uint8Array | readonly (string | Uint8Array)[];
  /** What happens after the body: the socket is destroyed, or nothing ever. */
  readonly end?: 'destroy' | 'never';
}

export type AnswerRaw = (request: RawRequest) => RawAnswer | string | Promise<RawAnswer | string>;

/** A subgraph behind HTTP that answers in whatever way a test chooses, valid or not. */
export interface RawSubgraph extends AsyncDisposable {
  readonly url: URL;
  /** All requests, in the order in which they came. */
  readonly requests: RawRequest[];
  /** A text is the body of an answer of JSON. */
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
