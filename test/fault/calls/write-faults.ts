import type { UpstreamReason } from '../../../adapters/soap/port.ts';
import {
  FAULT_KINDS,
  type FailureRequest,
  type FaultKind,
  type SystemName,
} from '../../../simulators/index.ts';
import { hasFault } from './expected-reasons.ts';

/** What befalls a write, and what comes of it. */
export interface Mishap {
  /** Where not given otherwise, one request meets it: another, if there were one, would be done. */
  readonly fault: FailureRequest;
  /** What the caller is told. */
  readonly told: 'done' | UpstreamReason;
  /** How many requests for it come in. */
  readonly requests: number;
  /** How often it is done. */
  readonly times: 0 | 1;
}

/** Longer than the deadline of a test that waits for it, and soon over. */
export const OVERDUE_MS = 1_600;

/** The system says itself that it was not done. */
const notDone = (fault: FailureRequest): Mishap => ({ fault, told: 'busy', requests: 1, times: 0 });
const unknown = (fault: FailureRequest, times: 0 | 1): Mishap => ({
  fault,
  told: 'outcome-unknown',
  requests: 1,
  times,
});

/** Every kind, with the options that a caller can't tell apart. */
const mishaps: Readonly<Record<FaultKind, readonly Mishap[]>> = {
  delay: [unknown({ kind: 'delay', delayMs: OVERDUE_MS }, 1)],
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
  // What comes in no session is not done, so that it alone is sent once more.
  'expired-session': [{ fault: { kind: 'expired-session' }, told: 'done', requests: 2, times: 1 }],
  busy: [notDone({ kind: 'busy' })],
  housekeeping: [notDone({ kind: 'housekeeping' })],
  internal: [unknown({ kind: 'internal' }, 0)],
};

/** All that can befall a write of the system. */
export function mishapsOf(system: SystemName): Mishap[] {
  const own = FAULT_KINDS.filter((kind) => hasFault(system, kind)).flatMap((kind) =>
    // CMS has one code for being busy and being in trouble.
    kind === 'internal' && system === 'cms' ? notDone({ kind }) : mishaps[kind],
  );
  const once = own.map((mishap) => ({ ...mishap, fault: { ...mishap.fault, times: 1 } }));
  if (system !== 'circ') {
    return once;
  }
  return [...once, { fault: { kind: 'expired-session', times: 2 }, told: 'rejected', requests: 2, times: 0 }];
}
