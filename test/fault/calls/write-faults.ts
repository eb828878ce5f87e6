import type { UpstreamReason } from '../../../adapters/soap/port.ts';
import {
  FAULT_KINDS,
  type FailureRequest,
  type FaultKind,
  type SystemName,
} from '../../../simulators/index.ts';
import { hasFault } from './expected-reasons.ts';

/**
 * A fault of a write, and its expected outcome.
 *
 * Example: a connection is reset after the system has made the change (`reset-after`). The caller gets
 * `outcome-unknown`, one request arrives, and the change is made once.
 */
export interface WriteFault {
  /** One request meets the fault, unless the fault has `times`. The next request would succeed. */
  readonly fault: FailureRequest;
  /** `done`, or the reason of the caller's error. */
  readonly told: 'done' | UpstreamReason;
  /** The number of requests that reach the system. */
  readonly requests: number;
  /** The number of times that the system makes the change. */
  readonly times: 0 | 1;
}

/** A delay in ms, longer than the deadline of the tests with this fault. */
export const LATE_MS = 4_000;

/** The system answers that it has not made the change. */
const notDone = (fault: FailureRequest): WriteFault => ({ fault, told: 'busy', requests: 1, times: 0 });
const unknown = (fault: FailureRequest, times: 0 | 1): WriteFault => ({
  fault,
  told: 'outcome-unknown',
  requests: 1,
  times,
});

/** The variants of each kind of fault. The caller gets the same outcome from all variants of a kind. */
const faultsByKind: Readonly<Record<FaultKind, readonly WriteFault[]>> = {
  delay: [unknown({ kind: 'delay', delayMs: LATE_MS }, 1)],
  hang: [unknown({ kind: 'hang' }, 0), unknown({ kind: 'hang', applied: true }, 1)],
  refuse: [unknown({ kind: 'refuse' }, 0)],
  'reset-before': [unknown({ kind: 'reset-before' }, 0)],
  'reset-after': [unknown({ kind: 'reset-after' }, 1)],
  'html-page': ([200, 404, 503] as const).flatMap((status) => [
    unknown({ kind: 'html-page', status }, 0),
    unknown({ kind: 'html-page', status, applied: true }, 1),
  ]),
  'empty-body': ([200, 204, 500] as const).map((status) => unknown({ kind: 'empty-body', status }, 1)),
  'cut-off': [unknown({ kind: 'cut-off' }, 1)],
  'wrong-charset': [unknown({ kind: 'wrong-charset' }, 1)],
  'wrong-element': [unknown({ kind: 'wrong-element' }, 1)],
  oversized: [unknown({ kind: 'oversized' }, 1)],
  deep: [unknown({ kind: 'deep' }, 1)],
  'slow-drip': [unknown({ kind: 'slow-drip' }, 1)],
  // Only this request is sent again, because the system does nothing without a valid session.
  'expired-session': [{ fault: { kind: 'expired-session' }, told: 'done', requests: 2, times: 1 }],
  busy: [notDone({ kind: 'busy' })],
  housekeeping: [notDone({ kind: 'housekeeping' })],
  internal: [unknown({ kind: 'internal' }, 0)],
};

/** All faults that a write of the system can meet. */
export function writeFaultsOf(system: SystemName): WriteFault[] {
  const faultsOfSystem = FAULT_KINDS.filter((kind) => hasFault(system, kind)).flatMap((kind) =>
    // CMS has one code for "busy" and "internal error".
    kind === 'internal' && system === 'cms' ? notDone({ kind }) : faultsByKind[kind],
  );
  const once = faultsOfSystem.map((writeFault) => ({
    ...writeFault,
    fault: { ...writeFault.fault, times: 1 },
  }));
  if (system !== 'circ') {
    return once;
  }
  return [...once, { fault: { kind: 'expired-session', times: 2 }, told: 'rejected', requests: 2, times: 0 }];
}
