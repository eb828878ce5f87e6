/** What becomes known of a request of the gateway, for its line in the log. */
import type { FastifyRequest } from 'fastify';
import type { Caller } from './caller.ts';
import type { SubgraphAnswer } from './serve.ts';

/** Codes of errors in one line. */
const maxCodes = 8;

/** Filled while the request is answered. */
export interface RequestReport {
  /** Null until the caller's header was verified. */
  caller: Caller | null;
  /** Null where nothing was executed. */
  answer: SubgraphAnswer | null;
}

const reports = new WeakMap<FastifyRequest, RequestReport>();

export function beginReport(request: FastifyRequest): RequestReport {
  const report = { caller: null, answer: null };
  reports.set(request, report);
  return report;
}

/**
 * What the log says of a request beside its route, status and time. Nothing of it is a value of a person (R30). A line in the log has
 * no property that is undefined.
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
    // The same names as in the gateway's line.
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
