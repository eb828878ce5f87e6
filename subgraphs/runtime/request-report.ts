/** The details of a request from the gateway, for its line in the log. */
import type { FastifyRequest } from 'fastify';
import type { LogLine } from '../../platform/telemetry/request-log.ts';
import type { Caller } from './caller.ts';
import type { SubgraphAnswer } from './serve.ts';

/** The maximum number of error codes in one line. */
const maxCodes = 8;

/** The details that become known while the request is answered. */
export interface RequestReport {
  /** Null until the caller header is verified. */
  caller: Caller | null;
  /** Null if nothing was executed. */
  answer: SubgraphAnswer | null;
}

const reports = new WeakMap<FastifyRequest, RequestReport>();

export function beginReport(request: FastifyRequest): RequestReport {
  const report = { caller: null, answer: null };
  reports.set(request, report);
  return report;
}

/**
 * Adds the details of a request to its line in the log, in addition to its route, status and time. No value identifies
 * a person (R30). The names are the same as in the gateway's line.
 */
export function addLogDetails(line: LogLine, request: FastifyRequest): void {
  const report = reports.get(request);
  if (report === undefined) {
    return;
  }
  const { caller, answer } = report;
  const codes = new Set(answer?.errors?.map(({ extensions }) => extensions?.code).filter(isText));
  const soapCalls = answer?.extensions?.soapCalls ?? [];
  const operation = caller?.logged?.operation;
  line.operation = operation?.name;
  line.hash = operation?.hash;
  line.audience = caller?.logged?.audience;
  line.client = caller?.clientId;
  line.errors = codes.size > 0 ? [...codes].slice(0, maxCodes) : undefined;
  line.soapCalls = soapCalls.reduce((total, { calls }) => total + calls, 0);
  line.soapMs = Math.round(soapCalls.reduce((total, { ms }) => total + ms, 0));
}

const isText = (code: unknown): code is string => typeof code === 'string';
