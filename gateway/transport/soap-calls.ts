import type { SoapCallTotals } from '../../platform/telemetry/request-scope.ts';
import { isJsonObject, type SubgraphResponse } from '../executor/index.ts';
import type { Transport } from './transport.ts';

/** A response in the form of our own subgraphs. */
export interface OwnResponse extends SubgraphResponse {
  readonly extensions?: unknown;
}

/**
 * Calls one of our own subgraphs, and reads its SOAP calls from `extensions.soapCalls`. Only our own subgraphs are
 * trusted to report them.
 */
export function withSoapCalls(ask: (...args: Parameters<Transport>) => Promise<OwnResponse>): Transport {
  return async (...args) => {
    const response = await ask(...args);
    const { extensions } = response;
    const soapCalls = isJsonObject(extensions) ? extensions.soapCalls : undefined;
    return Array.isArray(soapCalls) ? { ...response, soapCalls: soapCalls.filter(isTotals) } : response;
  };
}

const figures = ['calls', 'failed', 'attempts', 'ms', 'waitedMs'] as const;

/** Checked by hand, like the rest of a subgraph's response, because a schema library would take more time. */
function isTotals(value: unknown): value is SoapCallTotals {
  return (
    isJsonObject(value) &&
    typeof value.system === 'string' &&
    typeof value.operation === 'string' &&
    figures.every((name) => typeof value[name] === 'number')
  );
}
