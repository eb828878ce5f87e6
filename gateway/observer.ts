import type { GraphQLFormattedError } from 'graphql';
import type { CacheStats } from '../platform/caches/weighted-cache.ts';
import type { ServerObserver } from '../platform/http/server-observer.ts';
import type { CallClass } from '../platform/priority/call-classes.ts';

/**
 * The stage at which a request is refused because too many are in progress or wait:
 *
 * | stage | limited number |
 * |---|---|
 * | `arrival` | requests from the arrival of their body to their answer |
 * | `arrival_of_caller` | requests of one caller, of all call classes together |
 * | `execution` | operations in progress, of one call class and the less urgent classes |
 * | `execution_of_caller` | operations of one call class in progress, of one caller |
 * | `preparation` | new documents and operations of one call class that wait to be parsed or planned |
 * | `preparation_of_caller` | new documents and operations of one caller that wait to be parsed or planned |
 */
export type AdmissionStage =
  | 'arrival'
  | 'arrival_of_caller'
  | 'execution'
  | 'execution_of_caller'
  | 'preparation'
  | 'preparation_of_caller';

/** Why a hook has failed: it threw, took too long, returned too much or no decision, or too many calls had not ended. */
export type HookFailureReason = 'threw' | 'timedOut' | 'tooLarge' | 'invalid' | 'tooMany';

export type OperationType = 'query' | 'mutation' | 'subscription';

/**
 * A GraphQL operation that was answered, with or without errors. It is reported when its whole answer is ready, or
 * after the last part if the answer is delivered in parts (`@defer`).
 */
export interface AnsweredOperation {
  /** The name in the client's document. Null for an operation without a name, or rejected before it was found. */
  readonly name: string | null;
  readonly type: OperationType | null;
  readonly audience: string;
  readonly clientId: string | null;
  /** Null if the answer has no errors. */
  readonly errors: readonly GraphQLFormattedError[] | null;
  readonly ms: number;
  /** The number of parts in which the answer was delivered (`@defer`). 0 if it was delivered as a whole. */
  readonly parts: number;
  /** Whether the client disconnected before its answer was ready. The errors then mean nothing. */
  readonly isClientGone: boolean;
}

/** The protocol in which a client gets the events of a subscription. */
export type StreamProtocol = 'sse' | 'websocket' | 'multipart';

/** The bound that refuses a stream: of one WebSocket, of one caller, or of this process. */
export type StreamBound = 'connection' | 'caller' | 'process';

/**
 * What happens on a stream. `next`: an event is sent. `lagged`: the client gets the notice that events were dropped.
 * `delayed`: an event waits because the caller's rate is used up. `heartbeat`: a heartbeat is sent because nothing else
 * was sent.
 */
export type StreamHappening = 'next' | 'lagged' | 'delayed' | 'heartbeat';

/**
 * The events that a gateway reports. `telemetry/` implements them. Every method is optional. Every method must be quick
 * and must not throw, because some are called several times per request.
 *
 * A method that begins with `watch` is called once, before the gateway listens. The function that it gets may be called
 * at any time.
 */
export interface GatewayObserver extends ServerObserver {
  /**
   * Called with the decision of the document policy about a request: its document is known and served, unknown and
   * served, or refused. Not called if the caller may send every text and the request names no id.
   */
  documentJudged?(decision: 'known' | 'unknown' | 'refused', audience: string): void;
  /** Called when a caller's budget is used up. `callClass` is null if the request was refused before it was read. */
  rateRefused?(budget: string, callClass: CallClass | null): void;
  /** Called when gateways start to share the callers' budgets, or when each gateway starts to count for itself. */
  ratesShared?(isShared: boolean): void;
  /** Called with the ids of the clients that the configuration names. */
  clientsConfigured?(ids: ReadonlySet<string>): void;
  /** `names` returns the names of the operations in the manifests. Null if no manifests are configured. */
  watchOperationNames?(names: () => ReadonlySet<string> | null): void;
  /** `agesMs` returns the age of each issuer's keys in ms, by the issuer's name. It leaves out issuers without keys. */
  watchIssuerKeys?(agesMs: () => Readonly<Record<string, number>>): void;

  /** Called when a request is refused because too many are at this stage. `callClass` is null if it isn't known yet. */
  admissionRefused?(stage: AdmissionStage, callClass: CallClass | null): void;
  /** Called when a new document or operation has waited for its turn to be parsed or planned. */
  preparationWaited?(callClass: CallClass, ms: number): void;
  /** Called after the planning of an operation. `ms` is its duration, without the wait before it. */
  planned?(outcome: 'planned' | 'failed', ms: number): void;
  /** Called after a request to a subgraph. `failure` is the code of the error, or null if there is an answer. */
  fetched?(subgraph: string, type: OperationType, failure: string | null, ms: number): void;
  /** Called when a query is sent to a subgraph once more, because it got no usable answer. */
  fetchRetried?(subgraph: string): void;
  /** Called for each subgraph that has a circuit breaker, and again whenever a circuit breaker changes its state. */
  circuitBreakerSet?(subgraph: string, isOpen: boolean): void;
  /** Called after an attempt to open a stream at a subgraph. `failure` is the code of the error, or null on success. */
  upstreamOpened?(subgraph: string, failure: string | null): void;
  /**
   * Called when an open stream of a subgraph has ended. `failure` is null if the stream was completed, or if no client
   * needs its events any more.
   */
  upstreamEnded?(subgraph: string, failure: string | null): void;
  /** Called with the names of the hooks in the configuration file. */
  hooksConfigured?(names: readonly string[]): void;
  /** Called when a hook of the configuration file has failed. */
  hookFailed?(hook: string, reason: HookFailureReason): void;
  /** `stats` returns the statistics of the caches, by name. The caches of another supergraph start at 0. */
  watchCaches?(stats: () => Readonly<Record<string, CacheStats>>): void;
  /** `waiting` returns the number of new documents and operations that wait to be read or planned. */
  watchPreparations?(waiting: () => Readonly<Record<CallClass, number>>): void;

  answered?(operation: AnsweredOperation): void;
  /**
   * Called when an error of the HTTP server answers a request to `/graphql`, an operation of a batch, or a message over
   * a WebSocket. The caller may be unknown. `code` is the code of the error.
   */
  rejected?(code: string): void;

  /** `open` returns the number of open streams, by protocol. */
  watchStreams?(open: () => Readonly<Record<StreamProtocol, number>>): void;
  /** Called when a stream, or a WebSocket for streams, is refused because too many are open. */
  streamRefused?(bound: StreamBound): void;
  streamEvent?(protocol: StreamProtocol, happening: StreamHappening): void;
  /** Called when a stream has ended. `code` is `complete`, `CLIENT_GONE`, or the code that the client got. */
  streamEnded?(protocol: StreamProtocol, code: string): void;
}
