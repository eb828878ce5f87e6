/** What the gateway takes from one request, and how much of it at once. README.md has the table. */
export interface Limits {
  /** Bytes of a request's body. The longest query that GraphiQL sends is a twentieth of the default. */
  readonly maxBodyBytes: number;
  /** Tokens of a document. GraphiQL's own introspection has three hundred. */
  readonly maxTokens: number;
  /** Fields in fields. `patrons.edges.node.loans.edges.node.credential.status` has eight. */
  readonly maxDepth: number;
  /** Fields at the root, each a request or more to a subgraph. */
  readonly maxRootFields: number;
  /** Aliases, those in fragments once for each spread. */
  readonly maxAliases: number;
  /** Directives, those in fragments once for each spread. */
  readonly maxDirectives: number;
  /** Fields that ask of the schema itself; 0 switches introspection off. What GraphiQL asks has a hundred and fifty. */
  readonly maxIntrospectionFields: number;
  /** Values of an answer about the schema. GraphiQL gets 6,700 for ours; larger schemas need more. */
  readonly maxIntrospectionValues: number;
  /** Items of one list in the variables. */
  readonly maxVariableItems: number;
  /** Values in the variables: leaves, lists and objects, each counted. */
  readonly maxVariableValues: number;
  /** What an operation may cost, by `@cost` and `@listSize`: about as many objects as its answer may have. */
  readonly maxCost: number;
  /** Bytes of a subgraph's answer: taking one in holds everything else up. */
  readonly maxSubgraphBytes: number;
  /** Bytes of an answer, or so: it is made and written in one go. An object that stands in several places counts in each. */
  readonly maxAnswerBytes: number;
  /** Items that a list without `@listSize` is taken to have. */
  readonly assumedListSize: number;
  /** Operations in one request; with 1, an array of requests is refused. */
  readonly maxBatch: number;
  /** Requests under way; one more is refused at once. */
  readonly maxConcurrentRequests: number;
  /** Milliseconds for a whole request, down to the last call that it makes: two calls after each other have five each. */
  readonly requestTimeoutMs: number;
}

export const defaultLimits: Limits = {
  maxBodyBytes: 100 * 1024,
  maxTokens: 2000,
  maxDepth: 12,
  maxRootFields: 20,
  maxAliases: 100,
  maxDirectives: 100,
  maxIntrospectionFields: 400,
  maxIntrospectionValues: 15_000,
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

/** Documents kept parsed and validated. */
export const keptDocuments = 128;
