import { z } from 'zod';
import { recordChanges } from '../../operations/change-audit.ts';
import { cardKey } from '../../operations/locks.ts';
import { type Procedure, Unfinished } from '../../operations/procedure.ts';
import { cardsToEnd, leavingField } from '../rules/merging.ts';
import type { CredentialServices } from './services.ts';
import { endCard } from './steps/end-card.ts';
import { lock } from './steps/locks.ts';
import { isEverythingBack } from './steps/lookups/is-everything-back.ts';
import { setPatronStatus } from './steps/set-patron-status.ts';

const input = z.object({ leavingId: z.string(), stayingId: z.string() });
type Input = z.infer<typeof input>;
/** The numbers of the cards that have not ended. There are none in plans of earlier releases. */
const plan = input.extend({ cardsToEnd: z.array(z.string()).readonly().default([]) });
type Plan = z.infer<typeof plan>;

/**
 * Closes a record that was merged into another, once everything on its cards is back. It is a child operation of the
 * merge (`merging/start-closing.ts`).
 *
 * 1. Cards that a counter has issued on the record since the merge are ended and blocked. `merge-patrons.ts` has ended
 *    the older cards.
 * 2. The registry closes the record. This is safe to repeat, because the record is read first.
 * 3. The change is recorded in the audit.
 * 4. The journal notes that the record is closed, so that nobody looks at it again.
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
    if (ending.length > 0) {
      await lock(task, ...ending.map(cardKey));
    }
    if (!(await isEverythingBack(services, merge, signal))) {
      throw new Unfinished('something is out on a card of the record');
    }
    return { ...merge, cardsToEnd: ending };
  },
  async carryOut(task, { leavingId, cardsToEnd: ending }) {
    for (const number of ending) {
      await endCard(task, number);
    }
    await setPatronStatus(task, leavingId, 'CLOSED', leavingField);
    await recordChanges(task, leavingId, ['status']);
    await task.services.merged.closeMerge(leavingId);
    return null;
  },
};
