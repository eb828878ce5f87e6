/** GraphQL over HTTP, from the side of the client: a subgraph behind its endpoint. */
import { errors } from 'undici';
import type { Caller } from '../access/caller.ts';
import {
  isJsonObject,
  SubgraphFailure,
  type SubgraphRequest,
  type SubgraphResponse,
} from '../executor/index.ts';
import type { Received } from './dispatch.ts';
import type { Connections } from './exchange.ts';
import { shareInFlight } from './share.ts';
import type { Transport } from './transport.ts';

export interface GraphqlTransportOptions {
  /** The headers that tell the subgraph who asks. */
  introduce(
    caller: Caller,
    body: string,
  ): Promise<Readonly<Record<string, string>>> | Readonly<Record<string, string>>;
  /** What a 401 or 403 means, for the log, where it is no answer to the client's question. */
  readonly notLetIn?: string;
  /** Whether queries that are the same and at the same time are asked once. */
  readonly share?: boolean;
}

const mediaTypes = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json, application/json;q=0.9',
};

export function createGraphqlTransport(
  { post }: Connections,
  { introduce, notLetIn, share = false }: GraphqlTransportOptions,
): Transport {
  const shared = share ? shareInFlight(post) : undefined;
  return async (request, caller, signal) => {
    const body = JSON.stringify({
      query: request.operation,
      variables: request.variables,
      operationName: request.operationName,
    });
    const introduced = introduce(caller, body);
    const own = introduced instanceof Promise ? await introduced : introduced;
    const sent = { headers: Object.assign({}, mediaTypes, own), body };
    try {
      const received = await (shared !== undefined && request.kind === 'query'
        ? shared(identityOf(caller), sent, signal)
        : post(sent, signal));
      return parseAnswer(received, request, notLetIn);
    } catch (error) {
      throw failure(error, request.subgraph, signal);
    }
  };
}

/** All that is known of who asks, as one text. */
function identityOf({ scopes, ...claims }: Caller): string {
  return JSON.stringify([claims, [...scopes].sort()]);
}

function parseAnswer(
  { status, text }: Received,
  { subgraph }: SubgraphRequest,
  notLetIn: string | undefined,
): SubgraphResponse {
  const shutOut = status === 401 || status === 403;
  if (shutOut && notLetIn !== undefined) {
    throw new SubgraphFailure(subgraph, 'SUBGRAPH_UNAVAILABLE', new Error(`HTTP ${status}: ${notLetIn}`));
  }
  const answer = parseJson(text);
  if (!isResponse(answer)) {
    const unavailable = shutOut || status >= 500;
    throw new SubgraphFailure(
      subgraph,
      unavailable ? 'SUBGRAPH_UNAVAILABLE' : 'SUBGRAPH_INVALID_RESPONSE',
      new Error(`HTTP ${status}, and no GraphQL response`),
    );
  }
  return answer;
}

/**
 * Whether this is a response in the form that GraphQL over HTTP has for it: a request error has only `errors`. Looked at
 * by hand, for it is done for every answer; the executor reads all that is in `errors` and `data` without trust.
 */
function isResponse(answer: unknown): answer is SubgraphResponse {
  if (!isJsonObject(answer)) {
    return false;
  }
  const { data, errors: failures } = answer;
  return (
    (data === undefined ? failures !== undefined : data === null || isJsonObject(data)) &&
    (failures === undefined || (Array.isArray(failures) && failures.every(isErrorJson)))
  );
}

function isErrorJson(error: unknown): boolean {
  return isJsonObject(error) && typeof error.message === 'string';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failure(error: unknown, subgraph: string, signal: AbortSignal): SubgraphFailure {
  if (error instanceof SubgraphFailure) {
    return error;
  }
  if (signal.aborted) {
    return new SubgraphFailure(subgraph, 'SUBGRAPH_TIMEOUT', error);
  }
  return new SubgraphFailure(
    subgraph,
    error instanceof errors.ResponseExceededMaxSizeError
      ? 'SUBGRAPH_INVALID_RESPONSE'
      : 'SUBGRAPH_UNAVAILABLE',
    error,
  );
}
