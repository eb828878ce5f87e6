import { coreSystemIds } from '../../../../platform/systems.ts';
import type { FaultRequest, SystemName } from '../../../../simulators/index.ts';
import { type ChangeTimes, settlingMs } from '../../../../subgraphs/operations/change-times.ts';
import type { LegacySystems } from './fixture.ts';
import type { SkippedTime } from './successor.ts';

/** One request of a run. `nth` counts the requests for the same operation, from 1. */
export interface LegacyCall {
  readonly system: SystemName;
  readonly operation: string;
  readonly nth: number;
}

/** A fault that leaves the caller without knowing whether the request was applied. */
export interface LostAnswer {
  readonly isApplied: boolean;
  readonly fault: FaultRequest;
}

/** All requests that the systems have received. */
export function callsOf(legacy: LegacySystems): LegacyCall[] {
  return coreSystemIds.flatMap((system) =>
    [...legacy[system].calls].flatMap(([operation, count]) =>
      Array.from({ length: count }, (_, index) => ({ system, operation, nth: index + 1 })),
    ),
  );
}

export const isRead = ({ operation }: LegacyCall): boolean => /^(?:Get|Find|List|Login)/.test(operation);

/** A delay in ms that is longer than a call's deadline and shorter than circulation's drop time. */
const lateMs = 950;

/** Two kinds of faults that look alike to a caller: the request is lost, or only its answer is. */
const lost: readonly FaultRequest[] = [
  { kind: 'hang' },
  { kind: 'reset-before' },
  { kind: 'refuse' },
  { kind: 'html-page', status: 503 },
];
const unanswered: readonly FaultRequest[] = [
  { kind: 'hang', applied: true },
  { kind: 'reset-after' },
  { kind: 'html-page', applied: true },
  { kind: 'empty-body' },
  { kind: 'cut-off' },
  { kind: 'delay', delayMs: lateMs },
];

/**
 * The ways in which the call's answer is lost. A read hangs. A change is tested in two ways: its request is lost, or
 * its answer is lost after the system has made the change.
 */
export function lostAnswersOf(call: LegacyCall, random: () => number): LostAnswer[] {
  // After any other failure, the adapter retries a read at once.
  if (isRead(call)) {
    return [{ isApplied: false, fault: { kind: 'hang' } }];
  }
  const oneOf = (faults: readonly FaultRequest[]) =>
    faults[Math.floor(random() * faults.length)] ?? { kind: 'hang' };
  return [
    { isApplied: false, fault: oneOf(lost) },
    { isApplied: true, fault: oneOf(unanswered) },
  ];
}

/** Injects the fault into the `nth` request for `operation` in the run, and into no other request. */
export function loseAnswer(
  legacy: LegacySystems,
  { system, operation, nth }: LegacyCall,
  { fault }: LostAnswer,
): void {
  const before: FaultRequest = { kind: 'delay', delayMs: 0, operations: [operation], times: nth - 1 };
  legacy[system].faults.set([
    ...(nth === 1 ? [] : [before]),
    { ...fault, operations: [operation], times: 1 },
  ]);
}

/**
 * Skips time as {@link SkippedTime} does, but not while the request may still be applied. The legacy system has the
 * machine's clock. So once the request has met its fault, all times of a change must really pass.
 */
export function skipOnceOver(
  skipped: SkippedTime,
  legacy: LegacySystems,
  { system }: LegacyCall,
  times: ChangeTimes,
): () => Promise<void> {
  let metAt: number | null = null;
  return async () => {
    const isMet = (legacy[system].faults.status.faults.at(-1)?.hits ?? 0) > 0;
    if (isMet) {
      metAt ??= performance.now();
    }
    if (metAt === null || performance.now() > metAt + times.sendWithinMs + settlingMs(times)) {
      await skipped.skip();
    }
  };
}
