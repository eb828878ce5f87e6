/**
 * What is recorded of one operation while it is answered: for the log, for traces, and for a client that asks for an
 * explanation. Except for the operation's name, which a client chose, nothing in it can be personal data (R30).
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
  /** Why there is no answer; null if there is one. */
  readonly failure: string | null;
  /** Bytes of the answer as JSON; null if no explanation was asked for. */
  readonly bytes: number | null;
  /** The calls to legacy systems that it took, if the subgraph reports them. */
  readonly soapCalls: readonly SoapCallTotals[];
}

/** Filled in by the engine and its host while the operation is answered. What is not reached stays null. */
export class OperationReport {
  /** Whether the client gets an explanation. */
  readonly isExplained: boolean;
  /** Null if traces are off. */
  readonly traceContext: TraceContext | null;
  /** As the client wrote it. Show it with `nameToShow` only. Null where it has no name. */
  name: string | null = null;
  type: OperationType | null = null;
  /** The first 16 digits of the SHA-256 of the operation without its literals. */
  hash: string | null = null;
  /** How urgent it is; `anonymous` until the operation is found. Subgraphs get it too. */
  callClass: CallClass = 'anonymous';
  estimatedCost: number | null = null;
  /** Time to parse and to validate the document, in ms; null if it was found in the cache. */
  parsingMs: number | null = null;
  validatingMs: number | null = null;
  /** Time until the operation was planned, in ms; null if it had a plan already. */
  planningMs: number | null = null;
  /** The age of an answer from memory, in ms; null if the answer was made for this request. */
  ageMs: number | null = null;
  /** What is fetched, in which order; null if the operation was not planned. */
  steps: readonly PlanStep[] | null = null;
  readonly fetches: FetchReport[] = [];
  /** By `performance.now()`. */
  readonly #startedAt = performance.now();
  #parsedAt: number | null = null;

  constructor(
    { isExplained, traceContext }: Pick<OperationReport, 'isExplained' | 'traceContext'> = {
      isExplained: false,
      traceContext: null,
    },
  ) {
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

  /** The document is valid. It was found in the cache, or has just been validated. */
  validated(): void {
    if (this.#parsedAt !== null) {
      const now = performance.now();
      this.validatingMs = now - this.#parsedAt;
      addEndedSpan(this.traceContext, 'graphql.validate', this.#parsedAt, now);
    }
  }
}
