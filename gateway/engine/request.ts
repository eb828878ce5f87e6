/** A GraphQL request and its result, whatever protocol it arrived by. */
import type { GraphQLFormattedError } from 'graphql';
import { isJsonObject } from '../executor/index.ts';

/** The parameters of a GraphQL request, from a URL or a body. `extensions` are checked and dropped. */
export interface GraphQLParameters {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Record<string, unknown>;
}

export interface GraphQLResult {
  /** Absent if the request was rejected before execution. */
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
}

/** A request that is rejected before it is executed, with its HTTP status. The message is sent to the client. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * The parameters in a JSON value; null counts as absent. Checked by hand, because a schema library would cost more for
 * every request.
 * @throws HttpError 400, whose message names the wrong parameter.
 */
export function parametersOf(value: unknown): GraphQLParameters {
  if (!isJsonObject(value)) {
    throw badParameter('The request must be an object with `query`.');
  }
  const { query, operationName, variables, extensions } = value;
  if (typeof query !== 'string') {
    throw badParameter('`query` must be a string.');
  }
  if (operationName != null && typeof operationName !== 'string') {
    throw badParameter('`operationName` must be a string.');
  }
  if (variables != null && !isJsonObject(variables)) {
    throw badParameter('`variables` must be an object.');
  }
  if (extensions != null && !isJsonObject(extensions)) {
    throw badParameter('`extensions` must be an object.');
  }
  return {
    query,
    ...(operationName != null && { operationName }),
    ...(variables != null && { variables }),
  };
}

function badParameter(message: string): HttpError {
  return new HttpError(400, 'BAD_REQUEST', message);
}
