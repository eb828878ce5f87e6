import type { Hooks } from '../hooks/hooks.ts';

/** The types of hooks, for a hook in a file of its own. */
export type * from '../hooks/hooks.ts';

/**
 * What a configuration file of a gateway contains (`npm run gateway -- --config gateway.config.ts`). The file is a module
 * whose default export is a `GatewayConfiguration` (decision 57):
 *
 * ```ts
 * import type { GatewayConfiguration } from '../patron-graph/gateway/configuration/types.ts';
 *
 * export default {
 *   supergraph: 'supergraph.graphql',
 *   all: { timeoutMs: 5_000, headers: { request: [{ propagate: 'authorization' }] } },
 *   subgraphs: { reviews: { url: 'http://reviews:4001/graphql', retries: 2 } },
 * } satisfies GatewayConfiguration;
 * ```
 *
 * Paths are relative to the folder of the file. docs/other-graphs.md has a table of all settings.
 */
export interface GatewayConfiguration {
  /**
   * The supergraph: the path of its file, or the address from which it is fetched. Only `--compose` can do without it.
   * The file and the address are watched: a valid new supergraph takes over.
   */
  readonly supergraph?: string | SupergraphAddress;
  /** The settings of every subgraph. */
  readonly all?: SharedSettings;
  /** The settings of single subgraphs, by their names in the supergraph. They replace the settings in `all`. */
  readonly subgraphs?: Readonly<Record<string, SubgraphSettings>>;
  /**
   * The name of the `@tag` on public fields. GET then serves only these fields, and caches may keep the answers. Without
   * it, GET serves every query.
   */
  readonly publicTag?: string;
  /**
   * Whether an answer has the strictest `Cache-Control` of the subgraph answers from which it is made. If false, no
   * cache may keep an answer, except answers that `publicTag` allows. Default: false.
   */
  readonly joinCacheControl?: boolean;
  /** The largest number of fields of an operation, with its fragments expanded. Default: 1000. */
  readonly maxFields?: number;
  /** Functions that take part in each request. docs/hooks.md describes them. Default: none. */
  readonly hooks?: Hooks;
  /**
   * The database that records which fields clients use (docs/schema-changes.md): the URL of a PostgreSQL, or the path of a
   * file of SQLite. A missing file is created. Default: nothing is recorded.
   */
  readonly usageDatabase?: string;
}

/** An http or https address from which the supergraph is fetched, with its ETag. */
export interface SupergraphAddress {
  readonly url: string;
  /** Headers of the request, such as the key of a schema registry. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Time between two requests, in ms. Default: 10000. */
  readonly pollIntervalMs?: number;
  /**
   * The file of the key with which the supergraph is signed. The answer must then have the header `X-Signature-SHA256`:
   * the HMAC-SHA-256 of the body, in base64. Without a key, the address must be https, or on this machine.
   */
  readonly signatureKeyFile?: string;
}

/** Settings that apply to one subgraph or to all of them. */
export interface SharedSettings {
  /**
   * The time limit for a request to the subgraph, with its retries, in ms. Default: the limit of the client's request
   * (REQUEST_TIMEOUT_MS).
   */
  readonly timeoutMs?: number;
  /**
   * How often a query is sent again. Reasons are an unreachable subgraph, an incomplete answer, and the statuses 502,
   * 503 and 504. All retries together are at most a fifth of the queries. A mutation is never sent again. Default: 0.
   */
  readonly retries?: number;
  /** The largest number of connections. Further requests wait for a free connection. Default: 64. */
  readonly connections?: number;
  /**
   * After repeated failures, the gateway sends the subgraph no requests for a while. Default: there is no circuit breaker.
   */
  readonly circuitBreaker?: CircuitBreakerSettings;
  /**
   * TLS to an https subgraph: a folder of PEM files, which are read again when they have changed. `ca.crt` has the only
   * authorities that may certify the subgraph. `tls.crt` and `tls.key` are the gateway's own certificate and key. Each
   * file may be missing. Default: the variable SUBGRAPHS_TLS_DIR, or else the authorities of Node.
   */
  readonly tlsDir?: string;
  /**
   * Rules for headers that the subgraph gets from the client's headers and token, and for headers that the client gets
   * from the subgraph. Default: none.
   */
  readonly headers?: HeaderRules;
  /** Whether simultaneous identical queries of one caller are sent only once. Default: false. */
  readonly shareInFlight?: boolean;
  /**
   * Whether the gateway requests compressed answers from the subgraph. Compression is worth its CPU time over a slow
   * network. Default: false.
   */
  readonly acceptCompressed?: boolean;
  /** The protocol and limits of subscriptions at the subgraph. Default: the subgraph gets no subscriptions. */
  readonly subscriptions?: SubscriptionSettings;
}

/** How a subgraph sends the events of subscriptions. */
export interface SubscriptionSettings {
  /**
   * `sse`: GraphQL over Server-Sent Events, in its distinct connections mode (graphql-sse, GraphQL Yoga).
   * `graphql-transport-ws`: GraphQL over WebSocket (graphql-ws, Apollo Server's recipe, Hot Chocolate, Spring).
   */
  readonly protocol: 'sse' | 'graphql-transport-ws';
  /** The address for subscriptions. Default: the subgraph's address, with ws in place of http for a WebSocket. */
  readonly url?: string;
  /**
   * The longest time without an event, a heartbeat or a pong, in ms. After this time the stream counts as lost, and its
   * clients get an error. Over a WebSocket, the gateway sends a ping twice in this time. Default: 30000.
   */
  readonly silenceMs?: number;
  /**
   * The largest number of open streams. Each stream has a connection of its own. Clients may share a stream (`share`).
   * Default: 1000.
   */
  readonly connections?: number;
  /**
   * Whether equal subscriptions of clients with equal rights share one stream. Set it to false if a stream begins with
   * the current state. A client that joins an open stream would miss that state. Default: true.
   */
  readonly share?: boolean;
}

export interface SubgraphSettings extends SharedSettings {
  /** The subgraph's address, instead of the address in the supergraph. */
  readonly url?: string;
}

export interface CircuitBreakerSettings {
  /** The number of failures in a row that open the circuit breaker. A 5xx, a timeout and a lost connection are failures. */
  readonly failures: number;
  /** How long the circuit breaker stays open, in ms. Then one request tests whether the subgraph answers. */
  readonly openMs: number;
}

/** The rules in `all` apply first, then the subgraph's rules. A later rule replaces what an earlier rule has set. */
export interface HeaderRules {
  readonly request?: readonly RequestHeaderRule[];
  readonly response?: readonly ResponseHeaderRule[];
}

/** A header that a subgraph gets, or must not get. */
export type RequestHeaderRule =
  /** The client's header, under its own or another name. `default` is sent if the client doesn't send the header. */
  | { readonly propagate: string; readonly rename?: string; readonly default?: string }
  /** A header with this value. */
  | { readonly insert: string; readonly value: string }
  /** A header with the value of a claim of the caller's token. It is absent if the token has no such claim. */
  | { readonly insert: string; readonly claim: string }
  /** No header of this name is sent, whatever earlier rules say. */
  | { readonly remove: string };

/**
 * A header of the subgraph's answers that the client gets, under its own or another name. If several answers have the
 * header, `join` decides: the `first` that arrives, the `last`, or all of them (`append`). Default: `last`.
 */
export interface ResponseHeaderRule {
  readonly propagate: string;
  readonly rename?: string;
  readonly join?: 'first' | 'last' | 'append';
}
