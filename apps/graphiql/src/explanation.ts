/**
 * The gateway's explanation of an operation, which `gateway/engine/explain.ts` puts into `extensions.explain`. Times
 * are in ms.
 */
export interface Explanation {
  readonly operation: {
    readonly name: string | null;
    readonly type: string | null;
    readonly hash: string | null;
  };
  readonly estimatedCost: number | null;
  readonly cached: { readonly document: boolean; readonly plan: boolean };
  readonly timesMs: {
    readonly total: number;
    readonly parsing: number | null;
    readonly validating: number | null;
    readonly planning: number | null;
  };
  readonly plan: readonly PlanStep[] | null;
  readonly fetches: readonly Fetch[];
}

export type PlanStep =
  | { readonly kind: 'sequence' | 'parallel'; readonly steps: readonly PlanStep[] }
  | {
      readonly kind: 'fetch' | 'entityFetch';
      readonly step: number;
      readonly subgraph: string;
      readonly operation: string;
      readonly sends: readonly string[];
      readonly at: readonly string[];
    };

export interface Fetch {
  /** The number of the fetch's step in the plan; null if the plan doesn't contain the step. */
  readonly step: number | null;
  readonly subgraph: string;
  readonly startedAfterMs: number;
  readonly ms: number;
  readonly bytes: number | null;
  readonly failure: string | null;
  readonly soapCalls: readonly SoapCalls[];
}

/** The calls of one operation in a legacy system's WSDL. */
export interface SoapCalls {
  readonly system: string;
  readonly operation: string;
  readonly calls: number;
  readonly attempts: number;
  readonly failed: number;
  readonly ms: number;
  readonly waitedMs: number;
}
