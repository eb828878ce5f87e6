import { Counter, Histogram, type Registry } from 'prom-client';
import type { GatewayObserver } from '../../../gateway/observer.ts';
import { BoundCounter, BoundHistogram } from '../bound-series.ts';
import { codesOf, createCodeLabels, isServerFault } from '../error-codes.ts';
import { LabelSet, noLabel, otherLabel } from '../label-set.ts';
import { requestBuckets } from '../server.ts';

/**
 * The number of operations with their own label. For each audience, an operation has as many series as there are
 * buckets.
 */
const maxNames = 200;
/** The number of clients with their own label. */
const maxClients = 200;
/**
 * Clients choose the names of operations, and a name may contain a patron's number. A name with four digits in a row is
 * not used as a label (R30).
 */
const isName = /^(?!\w*\d{4})[_A-Za-z]\w{0,63}$/;

/**
 * Measures the gateway's answers. The number of series is bounded, whatever clients send. At most 200 operations have
 * their own labels: operations that a manifest names, or any operations if there are no manifests. At most 200 clients
 * have their own labels: clients that the configuration names.
 */
export function measureRequests(registry: Registry) {
  let operationNames: () => ReadonlySet<string> | null = () => null;
  let knownClients: ReadonlySet<string> = new Set();
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
  const observeParts = measureParts(registry);
  const codeLabels = createCodeLabels();
  const firstNames = new LabelSet(maxNames, isName);
  const trustedNames = new LabelSet(maxNames, /^\w{1,100}$/);
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
    clientsConfigured(ids) {
      knownClients = new Set([...ids].slice(0, maxClients));
    },
    watchOperationNames(names) {
      operationNames = names;
    },
    answered(operation) {
      const { audience, ms, parts, isClientGone } = operation;
      const type = operation.type ?? noLabel;
      let outcome = isClientGone ? 'cancelled' : 'ok';
      if (operation.errors !== null && !isClientGone) {
        outcome = 'client_error';
        for (const code of codesOf(operation.errors)) {
          errors.inc({ code: codeLabels.labelOf(code) });
          outcome = isServerFault(code) ? 'server_error' : outcome;
        }
      }
      requests.inc(type, audience, clientOf(operation.clientId), outcome);
      observeParts(parts);
      durations.observe(ms / 1000, nameOf(operation.name), type, audience);
    },
    rejected(code) {
      errors.inc({ code: codeLabels.labelOf(code) });
      requests.inc(noLabel, noLabel, noLabel, isServerFault(code) ? 'server_error' : 'client_error');
    },
  } satisfies GatewayObserver;
}

/**
 * Returns the function that records the number of parts in which an answer was sent (`@defer`). An answer that was sent
 * as a whole has 0 parts, and is not recorded.
 */
function measureParts(registry: Registry): (parts: number) => void {
  const histogram = new Histogram({
    name: 'patron_graph_answer_parts',
    help: 'Parts of an answer to an operation with @defer, if the client takes parts.',
    buckets: [2, 3, 5, 9, 17, 33],
    registers: [registry],
  });
  return (parts) => {
    if (parts > 0) {
      histogram.observe(parts);
    }
  };
}
