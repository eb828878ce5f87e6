import { AsyncLocalStorage } from 'node:async_hooks';
import { activeTraceId } from './spans.ts';

/** The calls of one SOAP operation that were made for one request to a subgraph. It contains no value of a person. */
export interface SoapCallTotals {
  readonly system: string;
  /** The vendor's name of the operation. */
  readonly operation: string;
  readonly calls: number;
  /** Calls without a usable answer. */
  readonly failed: number;
  /** How often a call was sent, or sending was tried. More than `calls` where a read was tried again. */
  readonly attempts: number;
  /** The times of all calls added up, in ms. With several at once it is longer than the request waited. */
  readonly ms: number;
  /** The part of `ms` in which they waited for a connection. */
  readonly waitedMs: number;
}

type Totals = { -readonly [Name in keyof SoapCallTotals]: SoapCallTotals[Name] };

/** One call that has ended. */
export interface CountedCall {
  readonly system: string;
  readonly operation: string;
  readonly failed: boolean;
  readonly attempts: number;
  readonly ms: number;
  readonly waitedMs: number;
}

/** What any code that runs for a request may know of it. */
interface RequestScope {
  readonly requestId: string | null;
  readonly tally: Map<string, Totals>;
}

const scopes = new AsyncLocalStorage<RequestScope>();

/**
 * Runs `work` for one request. SOAP calls are counted, however deep inside they are made, and {@link requestIds} gives lines of the
 * log the request's ids.
 */
export async function withinRequest<Result>(
  requestId: string | null,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly soapCalls: readonly SoapCallTotals[] }> {
  const tally = new Map<string, Totals>();
  const result = await scopes.run({ requestId, tally }, work);
  return { result, soapCalls: [...tally.values()] };
}

/** Runs `next`, and everything that it starts, for the request of that id. A server's hook calls it with its callback. */
export function enterRequest(requestId: string, next: () => void): void {
  scopes.run({ requestId, tally: new Map() }, next);
}

/** The ids of the current request and trace, for a line in the log, which has no property that is undefined. */
export const requestIds = (): {
  readonly reqId: string | undefined;
  readonly traceId: string | undefined;
} => ({
  reqId: scopes.getStore()?.requestId ?? undefined,
  traceId: activeTraceId(),
});

/** Counts a call for the current request; outside a request it does nothing. */
export function countSoapCall({ system, operation, failed, attempts, ms, waitedMs }: CountedCall): void {
  const tally = scopes.getStore()?.tally;
  if (tally === undefined) {
    return;
  }
  const key = `${system}/${operation}`;
  let totals = tally.get(key);
  if (totals === undefined) {
    totals = { system, operation, calls: 0, failed: 0, attempts: 0, ms: 0, waitedMs: 0 };
    tally.set(key, totals);
  }
  totals.calls += 1;
  totals.failed += failed ? 1 : 0;
  totals.attempts += attempts;
  totals.ms += ms;
  totals.waitedMs += waitedMs;
}
