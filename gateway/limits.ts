/** The limits of a request, and of all requests together. docs/configuration.md has the tables. */
export interface Limits {
  /** Bytes of a request's body. GraphiQL's longest query takes a twentieth of the default. */
  readonly maxBodyBytes: number;
  /** Tokens of a document. GraphiQL's introspection query has about 300. */
  readonly maxTokens: number;
  /** Nesting of fields. `patrons.edges.node.loans.edges.node.credential.status` is 8 deep. */
  readonly maxDepth: number;
  /** Fields of an operation, with its fragments expanded. Set by `maxFields` of a configuration file. */
  readonly maxFields: number;
  /** Root fields. Each may take a request to a subgraph. */
  readonly maxRootFields: number;
  /** Aliases. An alias in a fragment counts once for each spread. */
  readonly maxAliases: number;
  /** Directives. A directive in a fragment counts once for each spread. */
  readonly maxDirectives: number;
  /** Introspection fields. 0 disables introspection. GraphiQL's query has about 150. */
  readonly maxIntrospectionFields: number;
  /** Values in an answer to introspection. GraphiQL's query gets 6,700 from our schema. Larger schemas need more. */
  readonly maxIntrospectionValues: number;
  /** Items of each list in the variables. */
  readonly maxVariableItems: number;
  /** Values in the variables. Leaves, lists and objects count as one each. */
  readonly maxVariableValues: number;
  /**
   * The estimated cost of an operation, by `@cost` and `@listSize`: about the number of objects that its answer may
   * have.
   */
  readonly maxCost: number;
  /** Bytes of a subgraph's response. Parsing a response blocks the event loop. */
  readonly maxSubgraphBytes: number;
  /**
   * Approximate bytes of an answer. Building and writing it blocks the event loop. An object that occurs several times
   * in the answer counts each time.
   */
  readonly maxAnswerBytes: number;
  /** Assumed number of items in a list without `@listSize`. */
  readonly assumedListSize: number;
  /** Requests in one batch, which is a JSON array. With 1, arrays are rejected. */
  readonly maxBatch: number;
  /** Requests that execute at the same time. Any further request is rejected at once. */
  readonly maxConcurrentRequests: number;
  /** Time for a whole request with all its calls, in ms. The default allows 5 s for each of two calls in sequence. */
  readonly requestTimeoutMs: number;
}

/** The limits of our own graph. */
export const defaultLimits: Limits = {
  maxBodyBytes: 100 * 1024,
  maxTokens: 2000,
  maxDepth: 12,
  maxFields: 1000,
  maxRootFields: 20,
  maxAliases: 100,
  maxDirectives: 100,
  maxIntrospectionFields: 400,
  maxIntrospectionValues: 30_000,
  maxVariableItems: 1000,
  maxVariableValues: 10_000,
  maxCost: 50_000,
  maxSubgraphBytes: 512 * 1024,
  maxAnswerBytes: 4 * 1024 * 1024,
  assumedListSize: 10,
  maxBatch: 1,
  maxConcurrentRequests: 1000,
  requestTimeoutMs: 12_000,
};

/**
 * The default limits for a graph other than our own. They protect only the process, because nothing is known about the
 * operations that the graph's clients need. docs/other-graphs.md has the reasons.
 */
export const limitsOfOtherGraphs: Limits = {
  maxBodyBytes: 2 * 1024 * 1024,
  maxTokens: 15_000,
  maxDepth: 100,
  maxFields: 1000,
  maxRootFields: 1000,
  maxAliases: 10_000,
  maxDirectives: 10_000,
  maxIntrospectionFields: 10_000,
  maxIntrospectionValues: 1_000_000,
  maxVariableItems: 1_000_000,
  maxVariableValues: 1_000_000,
  maxCost: Number.POSITIVE_INFINITY,
  maxSubgraphBytes: 64 * 1024 * 1024,
  maxAnswerBytes: 64 * 1024 * 1024,
  assumedListSize: 10,
  maxBatch: 1,
  maxConcurrentRequests: 1000,
  requestTimeoutMs: 30_000,
};

/**
 * The maximum number of characters in the parsed and validated documents that are kept for callers with a token.
 * Callers without a token share a quarter of this number. A document takes about ninety times the memory of its text.
 */
export const maxDocumentCharacters = 300_000;
