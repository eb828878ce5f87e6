/**
 * A record of one operation, filled while it is answered: for the log, for traces, and for a client that asks for an
 * explanation. Only two parts may contain personal data (R30): the operation's name, which a client chooses, and the
 * few literals that stay in the documents for subgraphs.
 */

import type { CallClass } from '../../platform/priority/call-classes.ts';
import type { SoapCallTotals } from '../../platform/telemetry/request-scope.ts';
import { addEndedSpan, type TraceContext } from '../../platform/telemetry/spans.ts';
import type { PlanStep } from '../executor/index.ts';
import type { OperationType } from '../observer.ts';
import type { JoinedHeaders } from '../transport/foreign/answer-headers.ts';

/** One request to a subgraph. Times in ms. */
export interface FetchReport {
  readonly subgraph: string;
  /** The document sent to the subgraph, without its variables. */
  readonly operation: string;
  /** Time from the arrival of the operation to the start of the request. */
  readonly startedAfterMs: number;
  readonly ms: number;
  /** The reason for a missing answer. Null if there is an answer. */
  readonly failure: string | null;
  /** Bytes of the answer as JSON. Null if the client doesn't ask for an explanation. */
  readonly bytes: number | null;
  /** The subgraph's calls to legacy systems. Empty if the subgraph doesn't report them. */
  readonly soapCalls: readonly SoapCallTotals[];
}

/**
 * The report of one operation. The engine and its host fill it while the operation is answered. Fields of later stages
 * are null until the operation reaches them.
 */
export class OperationReport {
  /** Whether the client gets an explanation. */
  readonly isExplained: boolean;
  /** Null if traces are off. */
  readonly traceContext: TraceContext | null;
  /** The name in the client's document. Show it only through `nameToShow`. Null if the operation has no name. */
  name: string | null = null;
  type: OperationType | null = null;
  /** The first 16 hexadecimal digits of the SHA-256 of the operation without its literals. */
  hash: string | null = null;
  /**
   * The call class, which is the urgency of the operation. It is `anonymous` until the operation is found. Subgraphs
   * get it, too.
   */
  callClass: CallClass = 'anonymous';
  /** The code with which the hook `operation` refused the operation. Null if the hook did not refuse it. */
  refusedWith: string | null = null;
  estimatedCost: number | null = null;
  /**
   * Time from the arrival of the operation until its document is parsed, in ms. `parsingMs` and `validatingMs` are null
   * if the document is in the cache.
   */
  parsingMs: number | null = null;
  validatingMs: number | null = null;
  /**
   * Time to plan the operation, without the time in the queue before it, in ms. Null if this request did not plan it.
   */
  planningMs: number | null = null;
  /** The age of a cached answer, in ms. Null if the answer is made for this request. */
  ageMs: number | null = null;
  /**
   * The shortest time from the arrival of the operation to its answer, in ms. An earlier answer is delayed, so that the
   * duration reveals nothing (R28).
   */
  floorMs = 0;
  /** The number of parts in which the answer was delivered (`@defer`). 0 if it was delivered as a whole. */
  parts = 0;
  /** The steps of the plan. Null if the operation is not planned. */
  steps: readonly PlanStep[] | null = null;
  readonly fetches: FetchReport[] = [];
  /** Headers of subgraphs' answers that the client gets. Null if there are none. */
  answerHeaders: JoinedHeaders | null = null;
  /** Measured by `performance.now()`. */
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

  /** Called when a document that is not in the cache has been parsed. Validation follows. */
  parsed(): void {
    this.#parsedAt = performance.now();
    this.parsingMs = this.#parsedAt - this.#startedAt;
    addEndedSpan(this.traceContext, 'graphql.parse', this.#startedAt, this.#parsedAt);
  }

  /** Called when the document is valid: either found in the cache or just validated. */
  validated(): void {
    if (this.#parsedAt !== null) {
      const now = performance.now();
      this.validatingMs = now - this.#parsedAt;
      addEndedSpan(this.traceContext, 'graphql.validate', this.#parsedAt, now);
    }
  }
}
