import type { SoapCallTotals } from '../../platform/telemetry/request-scope.ts';
import { isJsonObject, type SubgraphResponse } from '../executor/index.ts';
import type { Transport } from './transport.ts';

/** A response in the form of our own subgraphs. */
export interface OwnResponse extends SubgraphResponse {
  readonly extensions?: unknown;
}

/**
 * Calls one of our own subgraphs, and reads what it reports in `extensions`: its SOAP calls, and the time before which
 * the client must not get its answer. Only our own subgraphs are trusted to report this.
 */
export function withNotes(ask: (...args: Parameters<Transport>) => Promise<OwnResponse>): Transport {
  return async (...args) => {
    const response = await ask(...args);
    const { extensions } = response;
    if (!isJsonObject(extensions)) {
      return response;
    }
    const { soapCalls, floorMs } = extensions;
    return {
      ...response,
      soapCalls: Array.isArray(soapCalls) ? soapCalls.filter(isTotals) : [],
      floorMs: typeof floorMs === 'number' ? floorMs : 0,
    };
  };
}

const figures = ['calls', 'failed', 'attempts', 'ms', 'waitedMs'] as const;

/** Checked by hand, because a schema library would take more time for each response. */
function isTotals(value: unknown): value is SoapCallTotals {
  return (
    isJsonObject(value) &&
    typeof value.system === 'string' &&
    typeof value.operation === 'string' &&
    figures.every((name) => typeof value[name] === 'number')
  );
}
