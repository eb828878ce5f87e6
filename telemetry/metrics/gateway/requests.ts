import { Counter, type Registry } from 'prom-client';
import { audienceOf } from '../../../gateway/access/caller.ts';
import type { RequestObserver } from '../../../gateway/http/server.ts';
import { BoundCounter, BoundHistogram } from '../bound-series.ts';
import { codesOf, createCodeLabels, isServerFault } from '../error-codes.ts';
import { LabelSet, noLabel, otherLabel } from '../label-set.ts';
import { requestBuckets } from '../server.ts';

/** From where the labels of requests are taken. */
export interface RequestLabels {
  /** The names of trusted operations; null where no manifests are configured. */
  readonly operationNames: () => ReadonlySet<string> | null;
  /** The clients that the configuration names. */
  readonly clients: ReadonlySet<string>;
}

/** Operations that have a label of their own. Each has as many series as there are buckets, for each audience. */
const maxNames = 200;
/** Clients that have a label of their own. */
const maxClients = 200;
/** Any client may name an operation as it likes, after a patron's number, say: names with four digits have no label (R30). */
const isName = /^(?!\w*\d{4})[_A-Za-z]\w{0,63}$/;

/**
 * Measures what the gateway answers. Who may send any document can't make the metrics grow: operations are named by the
 * manifests of trusted documents, or, where there are none, the first 200 names have a label; clients by the configuration.
 */
export function observeRequests(
  registry: Registry,
  { operationNames, clients }: RequestLabels,
): RequestObserver {
  const durations = new BoundHistogram({
    name: 'patron_graph_operation_duration_seconds',
    help: 'Time to answer a GraphQL operation, without HTTP.',
    labelNames: ['graphql_operation_name', 'graphql_operation_type', 'audience'],
    buckets: requestBuckets,
    registry,
  });
  const requests = new BoundCounter({
    name: 'patron_graph_requests_total',
    help: 'GraphQL requests. Outcome: ok; client_error; server_error, if an error is ours or that of a system behind; cancelled, if the client went away.',
    labelNames: ['graphql_operation_type', 'audience', 'client', 'outcome'],
    registry,
  });
  const errors = new Counter({
    name: 'patron_graph_request_errors_total',
    help: 'Requests whose answer has an error with this code.',
    labelNames: ['code'],
    registers: [registry],
  });
  const codeLabels = createCodeLabels();
  const firstNames = new LabelSet(maxNames, isName);
  const trustedNames = new LabelSet(maxNames, /^\w{1,100}$/);
  const knownClients = new Set([...clients].slice(0, maxClients));
  const nameOf = (name: string | null): string => {
    if (name === null) {
      return noLabel;
    }
    const trusted = operationNames();
    if (trusted === null) {
      return firstNames.labelOf(name);
    }
    return trusted.has(name) ? trustedNames.labelOf(name) : otherLabel;
  };
  const clientOf = (clientId: string | null): string => {
    if (clientId === null) {
      return noLabel;
    }
    return knownClients.has(clientId) ? clientId : otherLabel;
  };
  return {
    answered({ caller, operation }, result, ms, isClientGone) {
      const audience = audienceOf(caller);
      const type = operation?.type ?? noLabel;
      const client = clientOf(caller.clientId);
      let outcome = isClientGone ? 'cancelled' : 'ok';
      if (result.errors !== undefined && !isClientGone) {
        outcome = 'client_error';
        for (const code of codesOf(result.errors)) {
          errors.inc({ code: codeLabels.labelOf(code) });
          outcome = isServerFault(code) ? 'server_error' : outcome;
        }
      }
      requests.inc(type, audience, client, outcome);
      durations.observe(ms / 1000, nameOf(operation?.name ?? null), type, audience);
    },
    rejected(code) {
      errors.inc({ code: codeLabels.labelOf(code) });
      const outcome = isServerFault(code) ? 'server_error' : 'client_error';
      requests.inc(noLabel, noLabel, noLabel, outcome);
    },
  };
}
