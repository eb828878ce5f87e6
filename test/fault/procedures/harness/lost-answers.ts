import type { FaultRequest, RunningSimulators, SystemName } from '../../../../simulators/index.ts';

/** One request of a run: the `nth` of its operation. */
export interface LegacyCall {
  readonly system: SystemName;
  readonly operation: string;
  readonly nth: number;
}

/** What a caller hears nothing of. */
export interface LostAnswer {
  readonly isApplied: boolean;
  readonly fault: FaultRequest;
}

/** All requests of the systems so far. */
export function callsOf(legacy: RunningSimulators): LegacyCall[] {
  return (['prs', 'cms', 'circ'] as const).flatMap((system) =>
    [...legacy[system].calls].flatMap(([operation, count]) =>
      Array.from({ length: count }, (_, index) => ({ system, operation, nth: index + 1 })),
    ),
  );
}

export const isRead = ({ operation }: LegacyCall): boolean => /^(?:Get|Find|List|Login)/.test(operation);

/** Longer than a call's deadline, and sooner than circulation drops it: milliseconds. */
const lateMs = 950;

/** A caller can't tell these from one another. */
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

/** How that call may be silent: a change applied or not, a read for as long as it is waited for. `random`: 0 to below 1. */
export function lostAnswersOf(call: LegacyCall, random: () => number): LostAnswer[] {
  // After any other failure a read is tried once more, right away.
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

/** From now on that call is silent, once, and no other is. */
export function loseAnswer(
  legacy: RunningSimulators,
  { system, operation, nth }: LegacyCall,
  { fault }: LostAnswer,
): void {
  const before: FaultRequest = { kind: 'delay', delayMs: 0, operations: [operation], times: nth - 1 };
  legacy[system].faults.set([
    ...(nth === 1 ? [] : [before]),
    { ...fault, operations: [operation], times: 1 },
  ]);
}
