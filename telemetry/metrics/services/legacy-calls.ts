import type { Registry } from 'prom-client';
import type { BreakerState, CallObserver, CallsNow } from '../../../adapters/soap/call-observer.ts';
import { callClasses } from '../../../platform/priority/call-classes.ts';
import { BoundCounter, BoundHistogram } from '../bound-series.ts';
import { addGaugeAtScrape, type Reading } from '../gauge-at-scrape.ts';
import { requestBuckets } from '../server.ts';

const breakerStates: Readonly<Record<BreakerState, true>> = { closed: true, open: true, 'half-open': true };

/** Measures the calls to legacy systems. Shows, at each scrape, how many calls are running. */
export function measureLegacyCalls(registry: Registry) {
  const calls = new BoundCounter({
    name: 'patron_graph_legacy_calls_total',
    help: 'SOAP calls. Outcome: answered, or why there is no answer.',
    labelNames: ['system', 'operation', 'call_class', 'outcome'],
    registry,
  });
  const attempts = new BoundCounter({
    name: 'patron_graph_legacy_attempts_total',
    help: 'Attempts of SOAP calls: a read may be tried twice.',
    labelNames: ['system'],
    registry,
  });
  const durations = new BoundHistogram({
    name: 'patron_graph_legacy_call_duration_seconds',
    help: 'Time of a SOAP call, with waiting and a second attempt.',
    labelNames: ['system', 'operation'],
    buckets: requestBuckets,
    registry,
  });
  const waits = new BoundHistogram({
    name: 'patron_graph_legacy_call_wait_seconds',
    help: 'Time until a SOAP call was sent first: it waited for a connection or for the circuit breaker.',
    labelNames: ['system', 'call_class'],
    buckets: requestBuckets,
    registry,
  });
  const clients = new Map<string, () => CallsNow>();
  addGauges(registry, clients);
  return {
    watchCalls: (system, now) => void clients.set(system, now),
    callEnded({ system, operation, callClass, outcome, ms, waitedMs, tries }) {
      calls.inc(system, operation, callClass, outcome);
      attempts.add(tries, system);
      durations.observe(ms / 1000, system, operation);
      waits.observe(waitedMs / 1000, system, callClass);
    },
  } satisfies CallObserver;
}

function addGauges(registry: Registry, clients: ReadonlyMap<string, () => CallsNow>): void {
  const gauge = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    read: (system: string, now: CallsNow) => readonly Reading<Label>[],
  ) =>
    addGaugeAtScrape({ registry, name, help, labelNames }, () =>
      [...clients].flatMap(([system, now]) => read(system, now())),
    );
  gauge(
    'patron_graph_legacy_connections',
    'Connections to a system that calls use now.',
    ['system'],
    (system, { running }) => [[{ system }, running]],
  );
  gauge(
    'patron_graph_legacy_connections_limit',
    'The most connections to a system, …_CONNECTIONS.',
    ['system'],
    (system, { connections }) => [[{ system }, connections]],
  );
  gauge(
    'patron_graph_legacy_calls_waiting',
    'Calls that wait for a connection.',
    ['system', 'call_class'],
    (system, { waiting }) => callClasses.map((call_class) => [{ system, call_class }, waiting[call_class]]),
  );
  gauge(
    'patron_graph_legacy_breaker_state',
    "1 for the state of a system's circuit breaker, 0 for the others. While it is open, no call is sent; half-open: the next one finds out whether the system is back.",
    ['system', 'state'],
    (system, { breaker }) =>
      Object.keys(breakerStates).map((state) => [{ system, state }, state === breaker ? 1 : 0]),
  );
}
