/** The contract between the executor and the function that reaches the subgraphs. */

export interface SubgraphRequest {
  readonly subgraph: string;
  /** A document with one operation. */
  readonly operation: string;
  /** The text of the body up to the variables, if it was written when the plan was compiled ({@link bodyStart}). */
  readonly bodyStart?: string | undefined;
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** The values of the variables that the operation uses. */
  readonly variables: Record<string, unknown>;
}

/** The text of a request's body up to the variables, which follow as JSON before a last `}`. */
export const bodyStart = (operation: string): string => `{"query":${JSON.stringify(operation)},"variables":`;

/** An error in the form in which a subgraph sent it. Only `message` is always there. */
export interface SubgraphErrorJson {
  readonly message: string;
  readonly path?: unknown;
  readonly extensions?: unknown;
}

/** A subgraph's response. The executor keeps `data` and changes it, so two responses must not share objects. */
export interface SubgraphResponse {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly SubgraphErrorJson[] | null | undefined;
}

/** Rejects with a `SubgraphFailure` if there is no usable response. Any other rejection is a bug. */
export type FetchSubgraph = (request: SubgraphRequest) => Promise<SubgraphResponse>;

const messages = {
  SUBGRAPH_UNAVAILABLE: "can't be reached",
  SUBGRAPH_TIMEOUT: 'did not answer in time',
  SUBGRAPH_INVALID_RESPONSE: 'gave an answer that is not a GraphQL response',
} as const;

/** The reason why there is no usable answer of a subgraph. */
export type SubgraphFailureCode = keyof typeof messages;

/** Thrown if a subgraph gave no usable answer. Clients may see the message. */
export class SubgraphFailure extends Error {
  override readonly name = 'SubgraphFailure';
  readonly subgraph: string;
  readonly code: SubgraphFailureCode;

  /** `cause` is only for the log. `says` is the end of the message. By default it is the text for the code. */
  constructor(subgraph: string, code: SubgraphFailureCode, cause?: unknown, says: string = messages[code]) {
    super(`The subgraph ${subgraph} ${says}.`, { cause });
    this.subgraph = subgraph;
    this.code = code;
  }
}
