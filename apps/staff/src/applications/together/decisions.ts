/** What several applications have in common that are decided one after the other. */
import { GraphError, type MissingValue } from '@patron-graph/kit';
import type { StepState } from '../../tones.ts';

export interface Decision {
  readonly state: StepState;
  /** Why it was refused. */
  readonly problems: readonly string[];
  /** Why it was rejected before any rule was asked. */
  readonly missing?: readonly MissingValue[];
}

/** Without the right to it nothing was decided. After any other error it may have been. */
export const decisionAfter = (error: unknown): Decision =>
  error instanceof GraphError && error.isForbidden
    ? { state: 'refused', problems: [], missing: error.missing }
    : { state: 'failed', problems: [] };

/**
 * Sends one after the other, in the given order. An unsettled one does not hold up the next: `send` calls `onUnsettled`, and sends it
 * again until it is settled, while the others go on.
 *
 * @param send never rejects
 * @param signal stops before the next one
 * @returns resolves once each of those that were sent has ended
 */
export async function sendInTurn<Step>(
  steps: readonly Step[],
  send: (step: Step, onUnsettled: () => void) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const all: Promise<void>[] = [];
  for (const step of steps) {
    if (signal.aborted) {
      break;
    }
    const unsettled = Promise.withResolvers<void>();
    const settled = send(step, unsettled.resolve);
    all.push(settled);
    await Promise.race([settled, unsettled.promise]);
  }
  await Promise.all(all);
}
