/**
 * A server of ticks, written by hand around graphql-sse's server: `node ticks.ts PORT`. It is the subgraph of the measured gateways,
 * and what they are compared with. `POST /tick?count=N` sends N events on every open stream, and answers when all are sent.
 */
import { createServer } from 'node:http';
import { buildSchema, type ExecutionResult } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/http';

/** Without the directives of a federation, so that graphql-js can execute it. */
const schema = buildSchema('type Query { one: Int } type Subscription { tick: Int }');

const streams = new Set<(at: number) => void>();

/** The events of one client. */
function ticks(): AsyncGenerator<ExecutionResult, void, void> {
  const waiting: number[] = [];
  let wake: () => void = () => undefined;
  const push = (at: number) => {
    waiting.push(at);
    wake();
  };
  streams.add(push);
  const end = async () => {
    streams.delete(push);
    return { done: true, value: undefined } as const;
  };
  return {
    async next() {
      while (waiting.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return { done: false, value: { data: { tick: waiting.shift() ?? 0 } } };
    },
    return: end,
    throw: end,
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await end();
    },
  };
}

const handle = createHandler({ schema, subscribe: ticks });

const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? '', 'http://localhost');
  if (url.pathname === '/tick') {
    const count = Number(url.searchParams.get('count') ?? 1);
    for (let sent = 0; sent < count; sent += 1) {
      for (const push of streams) {
        push(sent);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    response.end();
    return;
  }
  if (request.headers.accept !== 'text/event-stream') {
    response.setHeader('content-type', 'application/json').end('{"data":{"one":1,"__typename":"Query"}}');
    return;
  }
  await handle(request, response);
});
server.listen(Number(process.argv[2]), '127.0.0.1');
