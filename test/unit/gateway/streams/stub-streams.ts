import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { GraphQLRequest } from '../../../../gateway/engine/host.ts';
import type { StreamEvent } from '../../../../gateway/engine/streams/stream.ts';
import type { GatewayOptions } from '../../../../gateway/http/server.ts';
import { createTestGateway } from '../http/gateway.ts';

/** One stream that a test feeds. */
export interface StubStream {
  readonly request: GraphQLRequest;
  /** Adds an event behind those that were not read. */
  push(event: StreamEvent): void;
  next(data: Record<string, unknown>): void;
  /** Events that were not read. */
  readonly waiting: number;
  /** Resolves when nobody reads the stream any more. */
  readonly closed: Promise<void>;
}

/** Streams in the place of the engine's. */
export class StubStreams {
  readonly #opened: StubStream[] = [];
  #expected: ((stream: StubStream) => void)[] = [];
  /** The cost of each event. */
  cost = 1;

  readonly subscribe: GatewayOptions['subscribe'] = async (request, signal) => {
    if (request.parameters.query.includes('refused')) {
      return { kind: 'refused', result: { errors: [{ message: 'No.', extensions: { code: 'NO' } }] } };
    }
    const waiting: StreamEvent[] = [];
    const closed = Promise.withResolvers<void>();
    let wake = Promise.withResolvers<void>();
    let isAborted = false;
    signal.addEventListener('abort', () => {
      isAborted = true;
      closed.resolve();
      wake.resolve();
    });
    const push = (event: StreamEvent) => {
      waiting.push(event);
      wake.resolve();
    };
    const stream: StubStream = {
      request,
      push,
      next: (data) => push({ kind: 'next', result: { data } }),
      get waiting() {
        return waiting.length;
      },
      closed: closed.promise,
    };
    const expected = this.#expected.shift();
    if (expected === undefined) {
      this.#opened.push(stream);
    } else {
      expected(stream);
    }
    const events: AsyncIterable<StreamEvent> = {
      [Symbol.asyncIterator]: () => ({
        async next() {
          while (waiting.length === 0 && !isAborted) {
            await wake.promise;
            wake = Promise.withResolvers();
          }
          const value = isAborted ? undefined : waiting.shift();
          return value === undefined ? { done: true, value } : { done: false, value };
        },
        async return() {
          closed.resolve();
          return { done: true, value: undefined };
        },
      }),
    };
    return { kind: 'stream', events, rootField: 'Subscription.a', subgraph: 'a', cost: this.cost };
  };

  /** Resolves to the next stream that a client opens. */
  opened(): Promise<StubStream> {
    const { promise, resolve } = Promise.withResolvers<StubStream>();
    const stream = this.#opened.shift();
    if (stream === undefined) {
      this.#expected.push(resolve);
    } else {
      resolve(stream);
    }
    return promise;
  }
}

/** A gateway that listens, over stub streams. */
export interface StreamingGateway extends AsyncDisposable {
  readonly app: FastifyInstance;
  readonly streams: StubStreams;
  readonly url: string;
  /** The same with `ws:`. */
  readonly socketUrl: string;
}

export async function startStreams(options: Partial<GatewayOptions> = {}): Promise<StreamingGateway> {
  const streams = new StubStreams();
  const app = await createTestGateway({ subscribe: streams.subscribe, ...options });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return {
    app,
    streams,
    url: `http://127.0.0.1:${port}/graphql`,
    socketUrl: `ws://127.0.0.1:${port}/graphql`,
    [Symbol.asyncDispose]: () => app.close(),
  };
}

/** The message of the end of a stream that its subgraph has completed. */
export const completed = { kind: 'end', code: null, message: null, retryAfterMs: null } as const;
