import type { GraphQLFormattedError } from 'graphql';
import type { CacheStats } from '../platform/caches/weighted-cache.ts';
import type { ServerObserver } from '../platform/http/server-observer.ts';
import type { CallClass } from '../platform/priority/call-classes.ts';

/**
 * At which stage a request is refused because too many are there at once:
 *
 * | stage | what is scarce |
 * |---|---|
 * | `arrival` | requests whose body has arrived; what they ask is not known yet |
 * | `execution` | operations under way, of a class and those below it |
 * | `preparation` | new documents and operations that wait, of a class |
 * | `preparation_of_caller` | the same, of one caller |
 */
export type AdmissionStage = 'arrival' | 'execution' | 'preparation' | 'preparation_of_caller';

export type OperationType = 'query' | 'mutation' | 'subscription';

/** A GraphQL operation that was answered, with or without errors. */
export interface AnsweredOperation {
  /** As the client named it. Null where it has no name, or was rejected before it was found. */
  readonly name: string | null;
  readonly type: OperationType | null;
  readonly audience: string;
  readonly clientId: string | null;
  /** Null where the answer has none. */
  readonly errors: readonly GraphQLFormattedError[] | null;
  readonly ms: number;
  /** The client disconnected before its answer: the errors are of no account. */
  readonly isClientGone: boolean;
}

/**
 * What a gateway tells about itself. `telemetry/` implements it; a method that is absent is not called. Every method must be quick
 * and must not throw: some are called several times for each request.
 *
 * A method that begins with `watch` is called once, before the gateway listens. What it is given may be asked at any time.
 */
export interface GatewayObserver extends ServerObserver {
  // Access.

  /** A document was judged: it is known and served, unknown and served, or refused. */
  documentJudged?(decision: 'known' | 'unknown' | 'refused', audience: string): void;
  /** A budget of the caller is used up. `callClass`: null where the request was refused before it was read. */
  rateRefused?(budget: string, callClass: CallClass | null): void;
  /** Whether gateways share the callers' budgets from now on, or each counts for itself. */
  ratesShared?(isShared: boolean): void;
  /** The ids of the clients that the configuration names. */
  clientsConfigured?(ids: ReadonlySet<string>): void;
  /** The names of the operations in the manifests; null where no manifests are configured. */
  watchOperationNames?(names: () => ReadonlySet<string> | null): void;
  /** The age of the keys of each issuer that has some, by its name, in ms. */
  watchIssuerKeys?(agesMs: () => Readonly<Record<string, number>>): void;

  // Operations.

  /** Too much is under way at this stage. `callClass`: null where it isn't known yet. */
  admissionRefused?(stage: AdmissionStage, callClass: CallClass | null): void;
  /** A new document or operation waited for its turn to be read or planned. */
  preparationWaited?(callClass: CallClass, ms: number): void;
  /** `ms`: how long the request waited for the plan of its operation. */
  planned?(outcome: 'planned' | 'failed', ms: number): void;
  /** A request to a subgraph has ended. `failure`: the code of the reason; null where there is an answer. */
  fetched?(subgraph: string, type: OperationType, failure: string | null, ms: number): void;
  /** The caches, by name. With another supergraph their counts begin at 0 again. */
  watchCaches?(stats: () => Readonly<Record<string, CacheStats>>): void;
  /** New documents and operations that wait until they are read or planned. */
  watchPreparations?(waiting: () => Readonly<Record<CallClass, number>>): void;

  // HTTP.

  answered?(operation: AnsweredOperation): void;
  /** A request was rejected by HTTP, perhaps before its caller was known. `code`: that of the error. */
  rejected?(code: string): void;
}
