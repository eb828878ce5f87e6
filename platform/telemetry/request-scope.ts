import { AsyncLocalStorage } from 'node:async_hooks';
import { activeTraceId } from './spans.ts';

/** The SOAP calls of one operation of a system, within one request to a subgraph. It holds no value of a person. */
export interface SoapCallTotals {
  readonly system: string;
  /** The vendor's name of the operation. */
  readonly operation: string;
  readonly calls: number;
  /** Calls without a usable answer. */
  readonly failed: number;
  /** How often something was sent, or tried to be sent. More than `calls` where a read was tried again. */
  readonly attempts: number;
  /** Time of all of them together, in ms. With several at once it is more than what the request waited. */
  readonly ms: number;
  /** The part of it in which they waited for a connection, in ms. */
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

/** What is known, wherever in a subgraph's request, of the request. */
interface RequestScope {
  readonly requestId: string | undefined;
  readonly tally: Map<string, Totals>;
}

const scopes = new AsyncLocalStorage<RequestScope>();

/**
 * Does the work of one request. The SOAP calls that are made for it are counted, however deep inside, and lines of the log are
 * joined to it by {@link requestIds}.
 */
export async function withinRequest<Result>(
  requestId: string | undefined,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly soapCalls: readonly SoapCallTotals[] }> {
  const tally = new Map<string, Totals>();
  const result = await scopes.run({ requestId, tally }, work);
  return { result, soapCalls: [...tally.values()] };
}

/** Does what follows, however it goes on, for a request of that id: for the hooks of a server, which call what is next. */
export function enterRequest(requestId: string, next: () => void): void {
  scopes.run({ requestId, tally: new Map() }, next);
}

/** The ids of the request and the trace that this is done for, for a line in the log. Each is absent where there is none. */
export function requestIds(): { readonly reqId?: string; readonly traceId?: string } {
  const reqId = scopes.getStore()?.requestId;
  const traceId = activeTraceId();
  return { ...(reqId !== undefined && { reqId }), ...(traceId !== undefined && { traceId }) };
}

/** Counts a call for the work that it was made for, if any counts its calls. */
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
