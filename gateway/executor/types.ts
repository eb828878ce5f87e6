import type { GraphQLFormattedError } from 'graphql';

/** One operation for one subgraph. */
export interface SubgraphRequest {
  readonly subgraph: string;
  /** The document's text. */
  readonly operation: string;
  readonly operationName?: string;
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly variables: Record<string, unknown>;
}

/** What a subgraph answered, as it came. */
export interface SubgraphResponse {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly SubgraphError[];
}

export interface SubgraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Record<string, unknown>;
}

/** Why a subgraph gave no usable answer. */
export type SubgraphFailureCode = 'SUBGRAPH_UNAVAILABLE' | 'SUBGRAPH_TIMEOUT' | 'SUBGRAPH_INVALID_RESPONSE';

/** A request to a subgraph that led to no answer. */
export class SubgraphFailure extends Error {
  override readonly name = 'SubgraphFailure';
  readonly code: SubgraphFailureCode;

  constructor(subgraph: string, code: SubgraphFailureCode) {
    super(`${subgraph}: ${code}`);
    this.code = code;
  }
}

/** Asks a subgraph. Rejects with a {@link SubgraphFailure} only. */
export type FetchSubgraph = (request: SubgraphRequest) => Promise<SubgraphResponse>;

/** What one execution leads to. */
export interface ExecutionAnswer {
  readonly data: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
}

/** An object of a subgraph's data, which later answers are merged into. */
export type Data = Record<string, unknown>;

/** A path in data: response keys and list indexes. */
export type Path = readonly (string | number)[];

/** True for an object of data, false for lists, leaves and null. */
export function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True where data of the type `typename` is data of the type `condition` too. */
export type IsSubtype = (condition: string, typename: string) => boolean;
