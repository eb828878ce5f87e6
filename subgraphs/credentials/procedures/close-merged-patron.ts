import { z } from 'zod';
import { recordChanges } from '../../operations/change-audit.ts';
import { cardKey } from '../../operations/locks.ts';
import { type Procedure, Unfinished } from '../../operations/procedure.ts';
import { cardsToEnd, leavingField } from '../rules/merging.ts';
import type { CredentialServices, CredentialTask } from './services.ts';
import { endCard } from './steps/end-card.ts';
import { isEverythingBack } from './steps/lookups/is-everything-back.ts';
import { setPatronStatus } from './steps/set-patron-status.ts';

const input = z.object({ leavingId: z.string(), stayingId: z.string() });
type Input = z.infer<typeof input>;
/** `cardsToEnd`: the numbers of the cards that have not ended. Absent in plans of earlier releases. */
const plan = input.extend({ cardsToEnd: z.array(z.string()).readonly().default([]) });
type Plan = z.infer<typeof plan>;

/**
 * Closes a record that was merged into another, once all loans and holds on its cards are over. It is a child operation
 * of the merge, and `merging/start-closing.ts` begins it.
 *
 * 1. Cards that a counter has issued on the record since the merge are ended and blocked. `merge-patrons.ts` has ended
 *    the older cards.
 * 2. If cards were ended, loans and holds are read again. If a desk has lent something just before, the operation waits
 *    until that is back, because an ended card can't be made valid again.
 * 3. The registry closes the record. This is safe to repeat, because the record is read first.
 * 4. The change is recorded in the audit.
 * 5. The journal stores that the record is closed, so that `start-closing.ts` doesn't check it again.
 */
export const closeMergedPatron: Procedure<CredentialServices, Input, Plan> = {
  kind: 'CLOSE_MERGED_PATRON',
  input,
  plan,
  patronOf: ({ leavingId }) => leavingId,
  async prepare(task, merge) {
    const { services, signal } = task;
    const [cards = []] = await services.cards.cardsByPatron([merge.leavingId], signal);
    const ending = cardsToEnd(cards).map(({ libraryCardNumber }) => libraryCardNumber);
    await lockCards(task, ending);
    await requireEverythingBack(services, merge, signal);
    return { ...merge, cardsToEnd: ending };
  },
  async carryOut(task, { leavingId, stayingId, cardsToEnd: ending }) {
    for (const number of ending) {
      await endCard(task, number);
    }
    if (ending.length > 0) {
      await requireEverythingBack(task.services, { leavingId, stayingId }, task.signal);
    }
    await setPatronStatus(task, leavingId, 'CLOSED', leavingField);
    await recordChanges(task, leavingId, ['status']);
    await task.services.merged.closeMerge(leavingId);
    return null;
  },
};

/** @throws Unfinished while there is a loan or an open hold on a card of the record. */
async function requireEverythingBack(
  services: CredentialServices,
  merge: Input,
  signal: AbortSignal,
): Promise<void> {
  if (!(await isEverythingBack(services, merge, signal))) {
    throw new Unfinished('something is out on a card of the record');
  }
}

/**
 * Locks the cards until the operation is settled.
 * @throws Unfinished while another open operation has locked one of them. The operation is not refused, because
 *   `start-closing.ts` never begins a refused one again.
 */
async function lockCards(task: CredentialTask, numbers: readonly string[]): Promise<void> {
  const keys = numbers.map(cardKey);
  if (keys.length > 0 && (await task.services.journal.lock(task.operation.id, keys)) !== null) {
    throw new Unfinished('another operation on a card of the record is open');
  }
}
