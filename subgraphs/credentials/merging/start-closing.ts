import type { PatronMerge } from '../../../store/journal/port.ts';
import { beginFollowUp } from '../../operations/procedure.ts';
import { forEachAlone, startRounds, type Wait } from '../../operations/repeat.ts';
import { reportFailure } from '../../runtime/errors.ts';
import { pause } from '../../runtime/pause.ts';
import { closeMergedPatron } from '../procedures/close-merged-patron.ts';
import type { CredentialServices } from '../procedures/services.ts';
import { isEverythingBack } from '../procedures/steps/lookups/is-everything-back.ts';

/** Pause between two checks of merged records, in ms. */
const pauseMs = 300_000;
/** The number of merged records in one check. Each takes three calls. */
const maxAtOnce = 25;

/**
 * Starts a loop that closes each merged record when all loans and holds on its cards are over. The loop runs until the
 * returned object is disposed of. Several processes may run it, because each record's operation is begun only once.
 */
export const startClosing = (services: CredentialServices, wait: Wait = pause): AsyncDisposable =>
  startRounds((after, signal) => closeSome(services, after, signal), pauseMs, wait);

/**
 * Checks the next merged records. If one fails, the others are still checked. Resolves to the position where the next
 * call continues; null after the last record. If the records can't be listed, resolves to `after`. Never rejects.
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
 * Begins the operation that closes a merged record, if the merge is done, and all loans and holds on the record's cards
 * are over. An unfinished merge may still be continued, and would repeat its steps on a closed record.
 */
export async function closeIfBack(
  services: CredentialServices,
  { leavingId, stayingId, operationId }: PatronMerge,
  signal: AbortSignal,
): Promise<void> {
  const merge = await services.journal.findById(operationId);
  // The journal keeps an operation for a month after it was settled. If it no longer has this one, the merge is done.
  const isDone = merge?.state !== 'UNSETTLED';
  if (isDone && (await isEverythingBack(services, { leavingId, stayingId }, signal))) {
    const parent = { id: operationId };
    await beginFollowUp(services, parent, 'library', closeMergedPatron.kind, { leavingId, stayingId });
  }
}
