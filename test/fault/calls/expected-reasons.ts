import type { UpstreamReason } from '../../../adapters/soap/port.ts';
import type { FailureRequest, FaultKind, SystemName } from '../../../simulators/index.ts';

/** The reason of a read's error if every request meets the fault. */
const REASONS = {
  delay: 'timeout',
  hang: 'timeout',
  refuse: 'unreachable',
  'reset-before': 'unreachable',
  'reset-after': 'unreachable',
  'html-page': 'invalid-response',
  'empty-body': 'invalid-response',
  'cut-off': 'invalid-response',
  'wrong-charset': 'invalid-response',
  'wrong-element': 'invalid-response',
  oversized: 'invalid-response',
  deep: 'invalid-response',
  'slow-drip': 'timeout',
  // The call is retried with a new session, which has expired, too.
  'expired-session': 'rejected',
  busy: 'busy',
  housekeeping: 'busy',
  internal: 'rejected',
} as const satisfies Record<FaultKind, UpstreamReason>;

export const reasonFor = (system: SystemName, kind: FaultKind): UpstreamReason =>
  // CMS has one code for "busy" and "internal error".
  kind === 'internal' && system === 'cms' ? 'busy' : REASONS[kind];

/** Whether only the deadline ends the call, because the fault looks like a slow answer. */
export const endsByDeadline = (kind: FaultKind): boolean => REASONS[kind] === 'timeout';

/** Whether a retry of a read succeeds if only the first request meets the fault. */
export function recoversByRetry(system: SystemName, kind: FaultKind): boolean {
  // An answer that is too large is not retried, because the next answer would be too large, too.
  if (kind === 'oversized') {
    return false;
  }
  return !endsByDeadline(kind) && (kind === 'expired-session' || reasonFor(system, kind) !== 'rejected');
}

/** Whether the system can have the fault. Only CIRC has sessions. */
export const hasFault = (system: SystemName, kind: FaultKind): boolean =>
  kind !== 'expired-session' || system === 'circ';

/** A fault of the given kind that exceeds every deadline and bound of the tests. */
export function faultOf(kind: FaultKind): FailureRequest {
  if (kind === 'delay') {
    return { kind, delayMs: 15_000 };
  }
  if (kind === 'slow-drip') {
    return { kind, delayMs: 100 };
  }
  return { kind };
}
