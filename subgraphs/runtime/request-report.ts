/** The details of a request from the gateway, for its line in the log. */
import type { FastifyRequest } from 'fastify';
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
 * The details of a request for the log, in addition to its route, status and time. No value identifies a person (R30).
 * A line in the log contains no undefined property.
 */
export function logDetailsOf(request: FastifyRequest): object {
  const report = reports.get(request);
  if (report === undefined) {
    return {};
  }
  const { caller, answer } = report;
  const codes = new Set(answer?.errors?.map(({ extensions }) => extensions?.code).filter(isText));
  const soapCalls = answer?.extensions?.soapCalls ?? [];
  const operation = caller?.logged?.operation;
  return {
    // The names are the same as in the gateway's line.
    operation: operation?.name,
    hash: operation?.hash,
    audience: caller?.logged?.audience,
    client: caller?.clientId,
    errors: codes.size > 0 ? [...codes].slice(0, maxCodes) : undefined,
    soapCalls: soapCalls.reduce((total, { calls }) => total + calls, 0),
    soapMs: Math.round(soapCalls.reduce((total, { ms }) => total + ms, 0)),
  };
}

const isText = (code: unknown): code is string => typeof code === 'string';
