/**
 * Hooks: functions of an operator that take part in each request. `hooks` of a configuration file sets them, one for
 * each point in the life of a request:
 *
 * ```ts
 * hooks: {
 *   operation: {
 *     asks: { headers: ['x-role'] },
 *     run: ({ headers, policies }) => ({ policies: headers['x-role'] === 'staff' ? policies : [] }),
 *   },
 * }
 * ```
 *
 * | hook | when | may decide | if it fails |
 * |---|---|---|---|
 * | `request` | the caller is known | to refuse the request | the request is refused |
 * | `operation` | the variables are valid | to refuse it, its policies, its override labels | the operation is refused |
 * | `subgraphRequest` | before a request to a subgraph | to refuse it, further headers | the subgraph is not asked |
 * | `subgraphAnswer` | after its answer | to refuse the answer | the answer is not used |
 * | `error` | an answer with errors is ready | what the client reads of each error | the client reads only the code |
 * | `end` | the answer was sent | nothing | nothing changes |
 *
 * A hook has failed if it throws, takes too long, returns too much, or returns anything but a decision. docs/hooks.md is
 * the page for operators.
 */
export interface Hooks {
  readonly request?: Hook<RequestEvent, RequestDecision> | undefined;
  readonly operation?: Hook<OperationEvent, OperationDecision> | undefined;
  readonly subgraphRequest?: Hook<SubgraphRequestEvent, SubgraphRequestDecision> | undefined;
  readonly subgraphAnswer?: Hook<SubgraphAnswerEvent, SubgraphAnswerDecision> | undefined;
  readonly error?: Hook<ErrorEvent, ErrorDecision> | undefined;
  readonly end?: Hook<EndEvent, undefined> | undefined;
}

export type HookName = keyof Hooks;

export interface Hook<Event, Decision> {
  /** The signal aborts when nobody waits for the decision any more. A `run` that returns undefined decides nothing. */
  readonly run: (event: Event, signal: AbortSignal) => Decision | undefined | Promise<Decision | undefined>;
  /** The data that `run` gets in addition to the rest of the event. Default: none. */
  readonly asks?: Asks | undefined;
  /** The longest time until the hook decides, in ms. Default: 1000. */
  readonly timeoutMs?: number | undefined;
}

/** Personal data and secrets, which a hook gets only if it asks for them (R30). */
export interface Asks {
  /** Names of the client's headers. The token is in `authorization`. */
  readonly headers?: readonly string[] | undefined;
  /** Whether the hook gets the identity of the caller, from their token. */
  readonly caller?: boolean | undefined;
  /** Whether the hooks `operation` and `subgraphRequest` get the values of variables. */
  readonly variables?: boolean | undefined;
}

/** The properties of every hook's event. */
export interface HookEvent {
  readonly requestId: string;
  /** The data that the hook `request` has decided to give to the other hooks. Null if it has given no data. */
  readonly context: unknown;
  /** The headers that the hook asks for and the client has sent, by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Null unless the hook asks for it. */
  readonly caller: HookCaller | null;
}

export interface HookCaller {
  readonly authenticated: boolean;
  readonly issuer: string | null;
  readonly subject: string | null;
  readonly clientId: string | null;
  readonly scopes: readonly string[];
}

/** The client's operation. Its name is withheld if it might be personal data. */
export interface HookOperation {
  readonly name: string | null;
  readonly type: 'query' | 'mutation' | 'subscription' | null;
  /**
   * The first 16 hexadecimal digits of the SHA-256 of the operation without its values. Null if the operation was not
   * found.
   */
  readonly hash: string | null;
}

/** Why something is refused, for the client. */
export interface Rejection {
  /** Default: `FORBIDDEN`. */
  readonly code?: string | undefined;
  readonly message: string;
}

export interface RequestEvent extends HookEvent {
  readonly method: string;
}

export interface RequestDecision {
  readonly reject?: Rejection | undefined;
  /** Plain data for the other hooks of this request. */
  readonly context?: unknown;
}

export interface OperationEvent extends HookEvent {
  readonly operation: HookOperation;
  /** The policies that `@policy` requires of fields in this operation. */
  readonly policies: readonly string[];
  /** The labels of progressive overrides in the supergraph, except percentages. */
  readonly labels: readonly string[];
  /** The values of variables, including the values of literals. Null unless the hook asks for them. */
  readonly variables: Readonly<Record<string, unknown>> | null;
}

export interface OperationDecision {
  readonly reject?: Rejection | undefined;
  /** The policies that this caller meets. A field is denied if they don't satisfy its `@policy`. Default: none. */
  readonly policies?: readonly string[] | undefined;
  /** The labels that are on. Default: none. */
  readonly labels?: readonly string[] | undefined;
}

export interface SubgraphRequestEvent extends HookEvent {
  readonly operation: HookOperation;
  readonly subgraph: string;
  readonly type: 'query' | 'mutation' | 'subscription';
  /** The variables of the request to the subgraph. Null unless the hook asks for them. */
  readonly variables: Readonly<Record<string, unknown>> | null;
}

export interface SubgraphRequestDecision {
  readonly reject?: Rejection | undefined;
  /** Headers of the request. They replace headers that rules of the configuration file set. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface SubgraphAnswerEvent extends HookEvent {
  readonly operation: HookOperation;
  readonly subgraph: string;
  readonly type: 'query' | 'mutation' | 'subscription';
  readonly ms: number;
  /** The code of the reason why there is no answer. Null if there is an answer. */
  readonly failure: string | null;
  /** The distinct codes of the errors in the answer, eight at most. */
  readonly codes: readonly string[];
}

export interface SubgraphAnswerDecision {
  readonly reject?: Rejection | undefined;
}

export interface HookError {
  readonly message: string;
  readonly path: readonly (string | number)[] | null;
  readonly extensions: Readonly<Record<string, unknown>>;
}

export interface ErrorEvent extends HookEvent {
  readonly operation: HookOperation;
  readonly errors: readonly HookError[];
}

export interface ErrorDecision {
  /**
   * The errors for the client. Their number and order must be the same as in the event. Path, `code` and
   * `retryAfterSeconds` stay. Default: no change.
   */
  readonly errors?: readonly ShownError[] | undefined;
}

export interface ShownError {
  readonly message: string;
  /** Further extensions for the client. `code` and `retryAfterSeconds` are always sent. Default: none. */
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

export interface EndEvent extends HookEvent {
  /** The HTTP status: 499 if the client disconnected before its answer. 200 for an operation over a WebSocket. */
  readonly status: number;
  readonly ms: number;
  /** More than one if the request is a batch. */
  readonly operations: readonly EndedOperation[];
  /** The distinct codes of errors, eight at most. */
  readonly codes: readonly string[];
}

export interface EndedOperation extends HookOperation {
  /** The estimated cost. Null if the operation was rejected before its cost was estimated. */
  readonly cost: number | null;
  /** The number of requests to subgraphs. */
  readonly fetches: number;
}
