import type { UpstreamReason } from '../../../adapters/soap/port.ts';
import type { FailureRequest, FaultKind, SystemName } from '../../../simulators/index.ts';

/** What a read comes to, while every request meets the fault. */
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
  // A new session that is unknown at once.
  'expired-session': 'rejected',
  busy: 'busy',
  housekeeping: 'busy',
  internal: 'rejected',
} as const satisfies Record<FaultKind, UpstreamReason>;

export const reasonFor = (system: SystemName, kind: FaultKind): UpstreamReason =>
  // CMS has one code for being busy and being in trouble.
  kind === 'internal' && system === 'cms' ? 'busy' : REASONS[kind];

/** Nothing tells these from an answer that is still to come, but the deadline. */
export const isEndless = (kind: FaultKind): boolean => REASONS[kind] === 'timeout';

/** Whether a read is answered rightly where one request met the fault and the next does not. */
export function isMended(system: SystemName, kind: FaultKind): boolean {
  // It is no accident that an answer is too large: another would be, too.
  if (kind === 'oversized') {
    return false;
  }
  return !isEndless(kind) && (kind === 'expired-session' || reasonFor(system, kind) !== 'rejected');
}

/** The kinds that a system can have. */
export const hasFault = (system: SystemName, kind: FaultKind): boolean =>
  kind !== 'expired-session' || system === 'circ';

/** A fault of that kind as the tests want it: beyond any deadline or bound of theirs. */
export function faultOf(kind: FaultKind): FailureRequest {
  if (kind === 'delay') {
    return { kind, delayMs: 15_000 };
  }
  if (kind === 'slow-drip') {
    return { kind, delayMs: 100 };
  }
  return { kind };
}
