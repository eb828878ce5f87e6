/** The data about a request to `/graphql` for its line in the log and for its span. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { nameToShow } from '../../platform/telemetry/operation-name.ts';
import { recordedSpanOf } from '../../platform/telemetry/served-requests.ts';
import { audienceOf, type Caller } from '../access/caller.ts';
import type { OperationReport } from '../engine/operation-report.ts';
import type { GraphQLResult } from '../engine/request.ts';
import { operationFor, type RequestHooks } from '../hooks/request-hooks.ts';
import type { StreamProtocol } from '../observer.ts';

/** The maximum number of error codes in one log line. */
const maxCodes = 8;

/** A stream that has ended. */
export interface StreamReport {
  readonly protocol: StreamProtocol;
  readonly rootField: string;
  readonly subgraph: string;
  readonly events: number;
  /** How many times the client was told that events were dropped. */
  readonly lagged: number;
  /** Why it has ended: `complete`, `CLIENT_GONE`, or the code that the client was told. */
  readonly code: string;
}

/** The report of one request. It is filled while the request is answered. */
export class RequestReport {
  /** Null until the token is verified. */
  caller: Caller | null = null;
  /** Null if there are none, or if the request ended before them. */
  hooks: RequestHooks | null = null;
  /** What a stream has come to. Null before its end, and if the request has no stream. */
  stream: StreamReport | null = null;
  /** The operations of a batch, or the only operation. */
  readonly operations: OperationReport[] = [];
  /** Distinct codes, {@link maxCodes} at most. */
  readonly codes: string[] = [];

  addErrorsOf({ errors }: Pick<GraphQLResult, 'errors'>): void {
    if (errors !== undefined) {
      for (const { extensions } of errors) {
        this.addCode(extensions?.code);
      }
    }
  }

  addCode(code: unknown): void {
    if (typeof code === 'string' && this.codes.length < maxCodes && !this.codes.includes(code)) {
      this.codes.push(code);
    }
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * Null outside `/graphql`. It is a property of the request, because a WeakMap of all requests would cost more
     * garbage collection.
     */
    report: RequestReport | null;
  }
}

/** Adds the property for the report to every request. */
export function addReports(app: FastifyInstance): void {
  app.decorateRequest('report', null);
}

export function beginReport(request: FastifyRequest): RequestReport {
  const report = new RequestReport();
  request.report = report;
  return report;
}

/** Records an error that ended the request before its operations finished. */
export function reportError({ report }: FastifyRequest, code: string): void {
  report?.addCode(code);
}

/** Calls the hook `end` for a request. */
export function endHooks({ report }: FastifyRequest, reply: FastifyReply, status: number): void {
  if (report !== null) {
    endHooksOf(report, status, reply.elapsedTime);
  }
}

/** Calls the hook `end`. */
export function endHooksOf({ hooks, operations, codes }: RequestReport, status: number, ms: number): void {
  hooks?.end({
    status,
    ms: Math.round(ms),
    codes: [...codes],
    operations: operations.map((operation) => ({
      ...operationFor(operation),
      cost: operation.estimatedCost,
      fetches: operation.fetches.length,
    })),
  });
}

/**
 * Returns the details for the log, in addition to the route, status and time. Sums include all operations of a batch.
 * Undefined properties don't appear in the log.
 */
export function logDetailsOf({ report }: FastifyRequest): object {
  return report === null ? {} : detailsOfReport(report);
}

/** Returns the same for a report that belongs to an operation over a WebSocket. */
export function detailsOfReport(report: RequestReport): object {
  const { caller, operations, codes } = report;
  const [first] = operations;
  return {
    operation: first && shown(first.name),
    hash: first?.hash,
    type: first?.type,
    batch: operations.length > 1 ? operations.length : undefined,
    parts: first !== undefined && first.parts > 0 ? first.parts : undefined,
    audience: caller === null ? undefined : audienceOf(caller),
    client: caller?.clientId,
    errors: codes.length > 0 ? codes : undefined,
    ...report.stream,
    ...sumsOf(operations),
  };
}

/** The times are in whole ms. */
function sumsOf(operations: readonly OperationReport[]): object {
  const sums = { cost: 0, fetches: 0, fetchMs: 0, soapCalls: 0, soapMs: 0 };
  for (const { estimatedCost, fetches } of operations) {
    sums.cost += estimatedCost ?? 0;
    sums.fetches += fetches.length;
    for (const { ms, soapCalls } of fetches) {
      sums.fetchMs += ms;
      for (const totals of soapCalls) {
        sums.soapCalls += totals.calls;
        sums.soapMs += totals.ms;
      }
    }
  }
  sums.fetchMs = Math.round(sums.fetchMs);
  sums.soapMs = Math.round(sums.soapMs);
  return sums;
}

const shown = (name: string | null): string | null => (name === null ? null : nameToShow(name));

/** Adds the details of the operation to the request's span, with the names of GraphQL's semantic conventions. */
export function describeInSpan(request: FastifyRequest): void {
  const { report } = request;
  const operation = report?.operations[0];
  if (report === null || operation === undefined) {
    return;
  }
  const { name, type, hash, estimatedCost } = operation;
  const { caller, codes, operations } = report;
  recordedSpanOf(request)?.setAttributes({
    'graphql.operation.type': type ?? undefined,
    'graphql.operation.name': shown(name) ?? undefined,
    'patron_graph.operation.hash': hash ?? undefined,
    'patron_graph.operation.cost': estimatedCost ?? undefined,
    'patron_graph.audience': caller === null ? undefined : audienceOf(caller),
    'patron_graph.error_codes': codes.length > 0 ? codes : undefined,
    'patron_graph.batch_size': operations.length > 1 ? operations.length : undefined,
  });
}
