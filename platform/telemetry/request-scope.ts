import { AsyncLocalStorage } from 'node:async_hooks';
import { activeTraceId } from './spans.ts';

/** The totals of all calls of one SOAP operation for one request to a subgraph. They contain no personal data. */
export interface SoapCallTotals {
  readonly system: string;
  /** The vendor's name of the operation. */
  readonly operation: string;
  readonly calls: number;
  /** Calls without a usable answer. */
  readonly failed: number;
  /** The number of tries of these calls. It is larger than `calls` if a read was tried again. */
  readonly attempts: number;
  /**
   * The sum of the times of all calls, in ms. If several calls ran at once, the sum is longer than the time that the
   * request waited.
   */
  readonly ms: number;
  /** The part of `ms` in which calls waited for a connection. */
  readonly waitedMs: number;
}

type Totals = { -readonly [Name in keyof SoapCallTotals]: SoapCallTotals[Name] };

export interface CountedCall {
  readonly system: string;
  readonly operation: string;
  readonly failed: boolean;
  readonly attempts: number;
  readonly ms: number;
  readonly waitedMs: number;
}

/** The data that any code may read while it runs for a request. */
interface RequestScope {
  readonly requestId: string | null;
  /** The key of the caller for whom the request waits in queues (`Turn`). */
  caller: string | null;
  /** The shortest time from the request's arrival to its answer, in ms. */
  floorMs: number;
  readonly tally: Map<string, Totals>;
}

/** The result of a request, with facts that were recorded while it ran. */
interface NotedResult<Result> {
  readonly result: Result;
  readonly soapCalls: readonly SoapCallTotals[];
  readonly floorMs: number;
}

const scopes = new AsyncLocalStorage<RequestScope>();

/**
 * Runs `work` for one request. All SOAP calls within it are counted, at any depth. {@link requestIds} adds the
 * request's ids to log lines.
 */
export async function withinRequest<Result>(
  { requestId, caller }: Pick<RequestScope, 'requestId' | 'caller'>,
  work: () => Promise<Result>,
): Promise<NotedResult<Result>> {
  const scope: RequestScope = { requestId, caller, floorMs: 0, tally: new Map() };
  const result = await scopes.run(scope, work);
  return { result, soapCalls: [...scope.tally.values()], floorMs: scope.floorMs };
}

/** Runs `next`, and everything that it starts, for the request. A server's hook passes its callback as `next`. */
export function enterRequest(
  { requestId, caller }: Pick<RequestScope, 'requestId' | 'caller'>,
  next: () => void,
): void {
  scopes.run({ requestId, caller, floorMs: 0, tally: new Map() }, next);
}

/** The key of the caller for whom this code runs. Null outside of a request: the program works for itself. */
export const currentCaller = (): string | null => scopes.getStore()?.caller ?? null;

/**
 * From now on, the current request waits in queues under the key `caller`. For services that send requests
 * for many persons or addresses.
 */
export function waitAs(caller: string): void {
  const scope = scopes.getStore();
  if (scope !== undefined) {
    scope.caller = caller;
  }
}

/**
 * Delays the answer to the current request until `ms` have passed since the request arrived. Then the duration reveals
 * nothing to the client (R28). The process that has the caller's socket delays the answer, so that a delayed answer
 * occupies only that socket.
 */
export function answerNotBefore(ms: number): void {
  const scope = scopes.getStore();
  if (scope !== undefined) {
    scope.floorMs = Math.max(scope.floorMs, ms);
  }
}

/** The ids of the current request and trace, for a log line. The log leaves out properties that are undefined. */
export const requestIds = (): {
  readonly reqId: string | undefined;
  readonly traceId: string | undefined;
} => ({
  reqId: scopes.getStore()?.requestId ?? undefined,
  traceId: activeTraceId(),
});

/** Adds a call to the totals of the current request. Does nothing outside of a request. */
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
