/**
 * What became known of one operation while it was answered: for the log, for traces, and for the client that may have it
 * explained. But for its name, which a client chose, nothing in it can be a value of a person (R30).
 */

import type { CallClass } from '../../platform/priority/call-classes.ts';
import type { SoapCallTotals } from '../../platform/telemetry/request-scope.ts';
import { addEndedSpan, type TraceContext } from '../../platform/telemetry/spans.ts';
import type { PlanStep } from '../executor/index.ts';
import type { OperationType } from '../observer.ts';

/** One request to a subgraph. Times in ms. */
export interface FetchReport {
  readonly subgraph: string;
  /** The document that was sent, without its variables. */
  readonly operation: string;
  /** Since the operation arrived. */
  readonly startedAfterMs: number;
  readonly ms: number;
  /** Why there is no answer; null where there is one. */
  readonly failure: string | null;
  /** Bytes of the answer as JSON; null where nobody asked for them. */
  readonly bytes: number | null;
  /** The calls of legacy systems that it took, as far as the subgraph tells. */
  readonly soapCalls: readonly SoapCallTotals[];
}

/** Filled by the engine and its host while the operation is answered. What is not reached stays null. */
export class OperationReport {
  /** Whether the client is told all of this. */
  readonly isExplained: boolean;
  /** Null where traces are off. */
  readonly traceContext: TraceContext | null;
  /** As the client wrote it: `nameToShow` makes it fit to be shown. Null where it has no name. */
  name: string | null = null;
  type: OperationType | null = null;
  /** The first 16 digits of the SHA-256 of the operation without its literals. */
  hash: string | null = null;
  /** How urgent it is; `anonymous` until it is known. Subgraphs are told. */
  callClass: CallClass = 'anonymous';
  estimatedCost: number | null = null;
  /** Time to parse and to validate the document, in ms; null where it was found in the cache. */
  parsingMs: number | null = null;
  validatingMs: number | null = null;
  /** Time until the plan was there, in ms; null where it was there already. */
  planningMs: number | null = null;
  /** The age of the answer in ms, where it was kept for everybody; null where it was made for this request. */
  ageMs: number | null = null;
  /** What is fetched, in which order; null where the operation was not planned. */
  steps: readonly PlanStep[] | null = null;
  readonly fetches: FetchReport[] = [];
  /** By `performance.now()`. */
  readonly #startedAt = performance.now();
  #parsedAt: number | null = null;

  constructor({
    isExplained = false,
    traceContext = null,
  }: { readonly isExplained?: boolean; readonly traceContext?: TraceContext | null } = {}) {
    this.isExplained = isExplained;
    this.traceContext = traceContext;
  }

  /** Time since the operation arrived, in ms. */
  elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  /** The document was not in the cache, and has just been parsed. It is validated next. */
  parsed(): void {
    this.#parsedAt = performance.now();
    this.parsingMs = this.#parsedAt - this.#startedAt;
    addEndedSpan(this.traceContext, 'graphql.parse', this.#startedAt, this.#parsedAt);
  }

  /** The document is valid, whether that was known or has just been found out. */
  validated(): void {
    if (this.#parsedAt !== null) {
      const now = performance.now();
      this.validatingMs = now - this.#parsedAt;
      addEndedSpan(this.traceContext, 'graphql.validate', this.#parsedAt, now);
    }
  }
}
