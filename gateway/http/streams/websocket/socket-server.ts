import {
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  GraphQLSchema,
  parse,
} from 'graphql';
import { makeServer, type Server, type SubscribePayload } from 'graphql-ws';
import { withoutUndefined } from '../../../../platform/without-undefined.ts';
import type { GraphQLResult } from '../../../engine/request.ts';
import { closesSocket } from '../stream-end.ts';
import type { ToldEvents } from '../tell-events.ts';

/** The time within which a client must send `connection_init`, in ms. */
const initialisationMs = 3_000;

export type SocketAnswer =
  | { readonly kind: 'result'; readonly result: GraphQLResult }
  | { readonly kind: 'stream'; readonly events: ToldEvents };

/** A client and its connection, as the protocol needs them. */
export interface SocketClient {
  /** Returns whether the client may send operations. If not, the client has already got the reason. */
  connect(parameters: Readonly<Record<string, unknown>>): Promise<boolean>;
  answer(payload: SubscribePayload): Promise<SocketAnswer>;
  /**
   * Closes the connection soon, so that its client connects again. `retryAfterMs` is the time that a client over HTTP
   * would be asked to wait. Resolves when the connection is closed.
   */
  leave(retryAfterMs: number | null): Promise<void>;
}

/**
 * The server of graphql-ws, with the gateway's own answers. The library reads and writes the messages and keeps the ids
 * of operations. It doesn't execute operations: `onSubscribe` gets the answer from the gateway, and `subscribe` returns
 * it.
 */
export const createSocketServer = (): Server<SocketClient> =>
  makeServer<Record<string, unknown>, SocketClient>({
    connectionInitWaitTimeout: initialisationMs,
    onConnect: ({ connectionParams = {}, extra }) => extra.connect(connectionParams),
    async onSubscribe({ extra }, _id, payload): Promise<ExecutionArgs | GraphQLError[]> {
      const answer = await extra.answer(payload);
      if (answer.kind === 'stream') {
        return { ...anyOperation, contextValue: new ToldResults(answer.events, extra) };
      }
      const { data, errors = [] } = answer.result;
      return data === undefined
        ? [new ToldErrors(errors)]
        : { ...anyOperation, contextValue: new ToldResult(answer.result) };
    },
    subscribe: ({ contextValue }) =>
      contextValue instanceof ToldResult || contextValue instanceof ToldResults ? contextValue : {},
    onNext: (_context, _id, _payload, _args, result) =>
      result instanceof ToldResult ? formatted(result.told) : undefined,
    onError: (_context, _id, _payload, errors) => errors.flatMap(toldErrorsIn),
  });

/** The library requires an operation, but never reads it. */
const anyOperation = { schema: new GraphQLSchema({}), document: parse('subscription { any }') };

/**
 * A result of the gateway in the form that the library expects. graphql-js would require error objects of its own
 * class.
 */
class ToldResult implements ExecutionResult {
  readonly data = null;
  readonly told: GraphQLResult;

  constructor(told: GraphQLResult) {
    this.told = told;
  }
}

const formatted = ({ data, errors, extensions }: GraphQLResult) =>
  withoutUndefined({ data, errors, extensions });

/** The errors of the gateway, in the form of one error of graphql-js. */
class ToldErrors extends GraphQLError {
  readonly told: readonly GraphQLFormattedError[];

  constructor(told: readonly GraphQLFormattedError[]) {
    super(told[0]?.message ?? '');
    this.told = told;
  }
}

/** The library wraps an error that ends a stream in another error. */
function toldErrorsIn(error: GraphQLError): readonly GraphQLFormattedError[] {
  const told = error instanceof ToldErrors ? error : error.originalError;
  return told instanceof ToldErrors
    ? told.told
    : [{ message: 'Something went wrong here.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }];
}

/** The results of a stream. An error that ends the stream is thrown by the iterator. */
class ToldResults implements AsyncGenerator<ToldResult, void, void> {
  readonly #events: ToldEvents;
  readonly #client: SocketClient;

  constructor(events: ToldEvents, client: SocketClient) {
    this.#events = events;
    this.#client = client;
  }

  async next(): Promise<IteratorResult<ToldResult, void>> {
    const { done, value } = await this.#events.next();
    if (done === true) {
      return { done, value: undefined };
    }
    if (value.kind === 'next') {
      return { done: false, value: new ToldResult(value.result) };
    }
    if (closesSocket.has(value.end.code)) {
      // The socket is closed without an error. After an error, the client would give up. After the close it reconnects.
      await this.#client.leave(value.end.retryAfterMs);
    } else if (value.errors !== null) {
      throw new ToldErrors(value.errors);
    }
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<ToldResult, void>> {
    await this.#events.return();
    return { done: true, value: undefined };
  }

  throw(error: unknown): Promise<never> {
    return this.#events.throw(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
