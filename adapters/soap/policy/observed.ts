import type { Span } from '@opentelemetry/api';
import { nameOfError } from '../../../platform/telemetry/describe-error.ts';
import { countSoapCall } from '../../../platform/telemetry/request-scope.ts';
import { inSpan } from '../../../platform/telemetry/spans.ts';
import type { CallObserver, EndedCall } from '../call-observer.ts';
import type { UpstreamSystem } from '../port.ts';
import { CallFailure } from './call-failure.ts';
import type { Call, CallPolicy, Try } from './call-policy.ts';

export interface ObservedSystem {
  readonly system: UpstreamSystem;
  /** The system's host name or IP address. */
  readonly host: string;
  readonly observer: CallObserver;
  /** Whether an answer means that the system doesn't accept our credentials. */
  readonly isUnauthorized: (response: unknown) => boolean;
}

/**
 * Wraps a policy, to observe its calls. Each call becomes a span (semantic conventions of RPC), is added to the totals
 * of the current request, and is reported to an observer. No key, value or vendor's text gets into spans, totals or
 * reports. One span covers a call with all its tries, and each failed try is an event in the span. The observer doesn't
 * get an error that is a bug.
 */
export function observed(
  policy: CallPolicy,
  { system, host, observer, isUnauthorized }: ObservedSystem,
): CallPolicy {
  return {
    state: () => policy.state(),
    run<T>(tryCall: Try<T>, call: Call): Promise<T> {
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
        const { outcome, ms, waitedMs, tries } = end;
        span?.setAttribute('patron_graph.attempts', tries);
        // Only one decimal is kept. More digits could look like a person's number by accident.
        span?.setAttribute('patron_graph.queue_ms', Math.round(waitedMs * 10) / 10);
        countSoapCall({ system, operation, ms, waitedMs, attempts: tries, failed: outcome !== 'answered' });
        observer.callEnded?.({ system, operation, callClass, ...end });
      };
      return inSpan(
        { name: method, kind: 'client', attributes },
        (span) => measured(policy, tryCall, call, isUnauthorized, span, (end) => ended(end, span)),
        reasonOf,
      );
    },
  };
}

type CallEnd = Pick<EndedCall, 'outcome' | 'ms' | 'waitedMs' | 'tries'>;

async function measured<T>(
  policy: CallPolicy,
  tryCall: Try<T>,
  call: Call,
  isUnauthorized: ObservedSystem['isUnauthorized'],
  span: Span | undefined,
  ended: (end: CallEnd) => void,
): Promise<T> {
  const startedAt = performance.now();
  let waitedMs: number | null = null;
  let tries = 0;
  const end = (outcome: EndedCall['outcome']) => {
    const ms = performance.now() - startedAt;
    ended({ outcome, ms, waitedMs: waitedMs ?? ms, tries });
  };
  try {
    const response = await policy.run<T>(async (signal, options) => {
      waitedMs ??= performance.now() - startedAt;
      tries += 1;
      try {
        return await tryCall(signal, options);
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

/** The reason of a `CallFailure`, or the name of any other error, which is a bug. */
const reasonOf = (error: unknown): string =>
  error instanceof CallFailure ? error.reason : nameOfError(error);
