/** The data about a request to `/graphql` for its line in the log and for its span. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { nameToShow } from '../../platform/telemetry/operation-name.ts';
import type { LogLine } from '../../platform/telemetry/request-log.ts';
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
  /** How many times the client got the notice that events were dropped. */
  readonly lagged: number;
  /** Why the stream has ended: `complete`, `CLIENT_GONE`, or the code that the client got. */
  readonly code: string;
}

/** The report of one request. It is filled while the request is answered. */
export class RequestReport {
  /** Null until the token is verified. */
  caller: Caller | null = null;
  /** The hooks of the request. Null if there are none, or if the request ended before they were created. */
  hooks: RequestHooks | null = null;
  /** The report of the request's stream. Null before the stream ends, and for a request without a stream. */
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
     * The report of the request. Null outside `/graphql`. It is a property of the request, because a WeakMap of all
     * requests would cost more garbage collection.
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

export function endHooks({ report }: FastifyRequest, reply: FastifyReply, status: number): void {
  if (report !== null) {
    endHooksOf(report, status, reply.elapsedTime);
  }
}

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
 * Adds the details of a request to its line in the log, in addition to the route, status and time. Sums include all
 * operations of a batch.
 */
export function addLogDetails(line: LogLine, { report }: FastifyRequest): void {
  if (report !== null) {
    addDetailsOfReport(line, report);
  }
}

/**
 * Adds the details of a report to a line in the log. The report is of a request, of a stream, or of an operation over a
 * WebSocket.
 */
export function addDetailsOfReport(line: LogLine, report: RequestReport): void {
  const { caller, operations, codes, stream } = report;
  const [first] = operations;
  if (first !== undefined) {
    line.operation = shown(first.name);
    line.hash = first.hash;
    line.type = first.type;
  }
  if (operations.length > 1) {
    line.batch = operations.length;
  }
  if (first !== undefined && first.parts > 0) {
    line.parts = first.parts;
  }
  if (caller !== null) {
    line.audience = audienceOf(caller);
    line.client = caller.clientId;
  }
  if (codes.length > 0) {
    line.errors = codes;
  }
  if (stream !== null) {
    Object.assign(line, stream);
  }
  addSums(line, operations);
}

/** The times are in whole ms. */
function addSums(line: LogLine, operations: readonly OperationReport[]): void {
  let cost = 0;
  let fetchCount = 0;
  let fetchMs = 0;
  let soapCallCount = 0;
  let soapMs = 0;
  for (const { estimatedCost, fetches } of operations) {
    cost += estimatedCost ?? 0;
    fetchCount += fetches.length;
    for (const { ms, soapCalls } of fetches) {
      fetchMs += ms;
      for (const totals of soapCalls) {
        soapCallCount += totals.calls;
        soapMs += totals.ms;
      }
    }
  }
  line.cost = cost;
  line.fetches = fetchCount;
  line.fetchMs = Math.round(fetchMs);
  line.soapCalls = soapCallCount;
  line.soapMs = Math.round(soapMs);
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
