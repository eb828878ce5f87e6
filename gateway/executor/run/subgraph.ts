/** What a subgraph is asked, and what comes back. */

export interface SubgraphRequest {
  readonly subgraph: string;
  /** The document, with one operation in it. */
  readonly operation: string;
  readonly operationName?: string;
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** Only those that the operation uses. */
  readonly variables: Record<string, unknown>;
}

/** An error as a subgraph wrote it; nothing but `message` is sure. */
export interface SubgraphErrorJson {
  readonly message: string;
  readonly path?: unknown;
  readonly extensions?: unknown;
}

/** An answer as it came. The executor keeps and changes `data`: no two calls may be given the same objects. */
export interface SubgraphResponse {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly SubgraphErrorJson[] | undefined;
}

/** Rejects with a `SubgraphFailure` where there is no answer; with anything else only for a bug. */
export type FetchSubgraph = (request: SubgraphRequest) => Promise<SubgraphResponse>;

const reasons = {
  SUBGRAPH_UNAVAILABLE: "can't be reached",
  SUBGRAPH_TIMEOUT: 'did not answer in time',
  SUBGRAPH_INVALID_RESPONSE: 'gave an answer that is no GraphQL response',
} as const;

/** Why a subgraph gave no answer. */
export type SubgraphFailureCode = keyof typeof reasons;

/** A subgraph gave no answer. The message is fit for clients. */
export class SubgraphFailure extends Error {
  override readonly name = 'SubgraphFailure';
  readonly subgraph: string;
  readonly code: SubgraphFailureCode;

  /** `cause` is for the log. */
  constructor(subgraph: string, code: SubgraphFailureCode, cause?: unknown) {
    super(`The subgraph ${subgraph} ${reasons[code]}.`, { cause });
    this.subgraph = subgraph;
    this.code = code;
  }
}
