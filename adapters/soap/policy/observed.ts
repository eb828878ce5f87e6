import type { Span } from '@opentelemetry/api';
import { nameOfError } from '../../../platform/telemetry/describe-error.ts';
import { countSoapCall } from '../../../platform/telemetry/request-scope.ts';
import { inSpan } from '../../../platform/telemetry/spans.ts';
import type { CallObserver, EndedCall } from '../call-observer.ts';
import type { UpstreamSystem } from '../port.ts';
import { CallFailure } from './call-failure.ts';
import type { Attempt, Call, CallPolicy } from './call-policy.ts';

export interface ObservedSystem {
  readonly system: UpstreamSystem;
  /** Where it is: a name or an address. */
  readonly host: string;
  readonly observer: CallObserver;
  /** Whether an answer says that the system doesn't let us in. */
  readonly isUnauthorized: (response: unknown) => boolean;
}

/**
 * The same policy, each call of which is a span (semantic conventions of RPC), is counted for its request, and is told to an
 * observer. None of them learns a key, a value or a vendor's text. A span tells one call with all its attempts; each that
 * failed is an event in it. An error that is a bug is not told to the observer: it is no outcome of a call.
 */
export function observed(
  policy: CallPolicy,
  { system, host, observer, isUnauthorized }: ObservedSystem,
): CallPolicy {
  return {
    state: () => policy.state(),
    run<T>(attempt: Attempt<T>, call: Call): Promise<T> {
      const { operation, callClass } = call;
      const method = `${system}/${operation}`;
      const attributes = {
        'rpc.system.name': 'soap',
        'rpc.method': method,
        'server.address': host,
        'patron_graph.system': system,
        'patron_graph.call_class': callClass,
      };
      const ended = (end: CallEnd, span: Span | undefined) => {
        span?.setAttribute('patron_graph.attempts', end.attempts);
        // One decimal: more would only be digits, in which a number of a person may occur by accident.
        span?.setAttribute('patron_graph.queue_ms', Math.round(end.waitedMs * 10) / 10);
        countSoapCall({ system, operation, ...end, failed: end.outcome !== 'answered' });
        observer.callEnded?.({ system, operation, callClass, ...end });
      };
      return inSpan(
        { name: method, kind: 'client', attributes },
        (span) => measured(policy, attempt, call, isUnauthorized, span, (end) => ended(end, span)),
        reasonOf,
      );
    },
  };
}

type CallEnd = Pick<EndedCall, 'outcome' | 'ms' | 'waitedMs' | 'attempts'>;

async function measured<T>(
  policy: CallPolicy,
  attempt: Attempt<T>,
  call: Call,
  isUnauthorized: ObservedSystem['isUnauthorized'],
  span: Span | undefined,
  ended: (end: CallEnd) => void,
): Promise<T> {
  const startedAt = performance.now();
  let waitedMs: number | null = null;
  let attempts = 0;
  const end = (outcome: EndedCall['outcome']) => {
    const ms = performance.now() - startedAt;
    ended({ outcome, ms, waitedMs: waitedMs ?? ms, attempts });
  };
  try {
    const response = await policy.run<T>(async (signal, options) => {
      waitedMs ??= performance.now() - startedAt;
      attempts += 1;
      try {
        return await attempt(signal, options);
      } catch (error) {
        span?.addEvent('attempt failed', { 'error.type': reasonOf(error) });
        throw error;
      }
    }, call);
    end(isUnauthorized(response) ? 'unauthorized' : 'answered');
    return response;
  } catch (error) {
    if (error instanceof CallFailure) {
      end(error.reason);
    }
    throw error;
  }
}

/** One of the reasons of the port, but for a bug. */
const reasonOf = (error: unknown): string =>
  error instanceof CallFailure ? error.reason : nameOfError(error);
