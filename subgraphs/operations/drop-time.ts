import type { Journal } from '../../adapters/journal/port.ts';
import type { OperationsConfig } from '../runtime/operations-config.ts';
import { type ChangeTimes, changeTimes } from './send-once.ts';

/**
 * The times of changes in this process, once its drop time has been agreed on with all processes over the journal: a process
 * with a smaller one would take for never done what circulation may still do. `callMs`: the deadline of its own calls.
 * @throws Error where another process has told a larger drop time; then this one must not start.
 */
export async function agreedTimes(
  journal: Journal,
  { dropAfterMs, laterLooks }: OperationsConfig,
  callMs: number = changeTimes.callMs,
): Promise<ChangeTimes> {
  const agreedMs = await journal.agreeOnDropTime(dropAfterMs);
  if (agreedMs > dropAfterMs) {
    throw new Error(
      `CIRC_DROP_AFTER_MS is ${dropAfterMs} here, and the journal has ${agreedMs}, by which all its processes go: ` +
        `set it to ${agreedMs} or more. docs/runbook.md tells how to lower it.`,
    );
  }
  return { ...changeTimes, callMs, dropAfterMs, laterLooks: laterLooks ?? changeTimes.laterLooks };
}
