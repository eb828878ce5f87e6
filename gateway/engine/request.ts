/** What the engine is asked and what it answers, whichever way a request arrived. */
import type { GraphQLFormattedError } from 'graphql';
import { isJsonObject } from '../executor/index.ts';

/** The parameters of a GraphQL request, wherever they came from. */
export interface GraphQLParameters {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Record<string, unknown>;
}

export interface GraphQLResult {
  /** Absent where nothing was executed. */
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
}

/** A request that is refused before GraphQL sees it, with its HTTP status. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * The parameters in a JSON value; null counts as absent. Checked by hand, because it runs for every request.
 * @throws HttpRefusal 400, which names the parameter that is wrong.
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

function badParameter(message: string): HttpRefusal {
  return new HttpRefusal(400, 'BAD_REQUEST', message);
}
