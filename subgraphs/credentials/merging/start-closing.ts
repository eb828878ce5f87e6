import type { PatronMerge } from '../../../store/journal/port.ts';
import { beginFollowUp } from '../../operations/procedure.ts';
import { forEachAlone, startRounds, type Wait } from '../../operations/repeat.ts';
import { reportFailure } from '../../runtime/errors.ts';
import { pause } from '../../runtime/pause.ts';
import { closeMergedPatron } from '../procedures/close-merged-patron.ts';
import type { CredentialServices } from '../procedures/services.ts';
import { isEverythingBack } from '../procedures/steps/lookups/is-everything-back.ts';

/** Pause between two rounds, in ms. Usually a merged record is closed within this time after its last loan is back. */
const pauseMs = 300_000;
/** The number of merged records that a round looks at. Each takes three calls, and a loan may last for months. */
const maxAtOnce = 25;

/**
 * Starts the loop that closes merged records, once everything on their cards is back. The loop runs until the returned
 * object is disposed of. Several processes may run it, because a record is closed by one operation, which the
 * reconciler carries out.
 */
export const startClosing = (services: CredentialServices, wait: Wait = pause): AsyncDisposable =>
  startRounds((after, signal) => closeSome(services, after, signal), pauseMs, wait);

/**
 * Looks at the next merged records. If one fails, the others continue. Resolves to the position of the last record;
 * null after the last one. If the records can't be listed, resolves to `after`. Never rejects.
 */
async function closeSome(
  services: CredentialServices,
  after: string | null,
  signal: AbortSignal,
): Promise<string | null> {
  const { merged, log } = services;
  try {
    const open = await merged.openMerges(after, maxAtOnce);
    await forEachAlone(open, { log, text: couldNotBeClosed }, signal, ({ merge }) =>
      closeIfBack(services, merge, signal),
    );
    return open.length < maxAtOnce ? null : (open.at(-1)?.position ?? null);
  } catch (error) {
    if (!signal.aborted) {
      reportFailure(log, error, couldNotBeClosed);
    }
    return after;
  }
}

const couldNotBeClosed = 'merged records could not be closed';

/**
 * Begins the operation that closes a merged record, once, if the merge is done and everything on the record's cards is
 * back. Until the merge is done, it may be continued, and would repeat its steps on a closed record.
 */
export async function closeIfBack(
  services: CredentialServices,
  { leavingId, stayingId, operationId }: PatronMerge,
  signal: AbortSignal,
): Promise<void> {
  const merge = await services.journal.findById(operationId);
  // The journal keeps an operation for a month after it was settled. So an operation that it no longer has is done.
  const isDone = merge?.state !== 'UNSETTLED';
  if (isDone && (await isEverythingBack(services, { leavingId, stayingId }, signal))) {
    const parent = { id: operationId };
    await beginFollowUp(services, parent, 'library', closeMergedPatron.kind, { leavingId, stayingId });
  }
}
