import { z } from 'zod';
import { hongKongDay } from '../../library/calendar.ts';
import { beginMoveHolds } from '../../operations/begin-move-holds.ts';
import { ensureBlocked, ensureInCirculation } from '../../operations/card-change.ts';
import { applicantKey } from '../../operations/locks.ts';
import { refuseIfAny } from '../../operations/operation-refused.ts';
import type { Procedure } from '../../operations/procedure.ts';
import { credentialKinds, kindTraits } from '../rules/cards/kinds.ts';
import { replacementProblems, stationReplacementProblems } from '../rules/cards/replacement.ts';
import type { CredentialServices } from './services.ts';
import { lock, lockCard } from './steps/locks.ts';
import { refuseIfRecordEnded } from './steps/read-records.ts';
import { recordCardChanges } from './steps/record-card-changes.ts';
import { acceptedOrRefuse } from './steps/refusals.ts';
import { registerCard } from './steps/register-card.ts';

const replacement = z.object({ libraryCardNumber: z.string(), smartIdDateOfIssue: z.string().nullable() });
/** `isStaff` is true for a request from a counter, and false for a request from a station. */
const input = replacement.extend({ isStaff: z.boolean() });
/** `isStaff` is absent in plans of earlier releases. */
const plan = replacement.extend({
  kind: z.enum(credentialKinds),
  isStaff: z.boolean().default(true),
  /** Whether the patron is suspended. If so, the replacement is blocked from the beginning, or stays blocked (R15). */
  isSuspended: z.boolean().default(false),
});
type Input = z.infer<typeof input>;
type Plan = z.infer<typeof plan>;

/**
 * Replaces a lost card.
 *
 * 1. Card management replaces the card. A library card gets a new number (R19). A smart identity card keeps its number,
 *    with the newer date of issue (R18). Then the change is recorded in the audit. This is safe to repeat, because card
 *    management recognises the operation's id and gives the same answer again.
 *
 * If the replacement has a new number:
 *
 * 2. Circulation blocks the old number. The loans on the old number stay and count (R16).
 * 3. Circulation registers the new number, and blocks it if the patron is suspended.
 * 4. A separate operation is begun that moves the queued holds (R25). This is safe to repeat, because it is begun only
 *    once.
 *
 * If the number stays the same:
 *
 * 2. Circulation unblocks the number. This step is the last. An unanswered unblocking may be carried out half a minute
 *    late, and must not undo a later block. A suspended patron's card stays blocked until the suspension is lifted.
 *
 * The changes in circulation are safe to repeat, because each is sent again only if the last request was certainly not
 * carried out.
 */
export const replaceCredential: Procedure<CredentialServices, Input, Plan> = {
  kind: 'REPLACE_CREDENTIAL',
  input,
  plan,
  async prepare(task, { libraryCardNumber, smartIdDateOfIssue, isStaff }) {
    const { services, operation, signal } = task;
    const card = await lockCard(task, libraryCardNumber, null);
    refuseIfAny(stationReplacementProblems(card, isStaff));
    const isSuspended = (await refuseIfRecordEnded(task, card)) === 'SUSPENDED';
    // Locks the patron, so that no other library card is issued meanwhile (R7).
    if (kindTraits[card.kind].isReplacedByNewNumber) {
      await lock(task, applicantKey(card.patronId));
    }
    const [patronCards = []] = await services.cards.cardsByPatron([card.patronId], signal);
    const today = hongKongDay(operation.requestedAt);
    refuseIfAny(replacementProblems({ card, patronCards, smartIdDateOfIssue, today }));
    return { libraryCardNumber, smartIdDateOfIssue, kind: card.kind, isStaff, isSuspended };
  },
  async carryOut(task, { libraryCardNumber, smartIdDateOfIssue, kind, isStaff, isSuspended }) {
    const { services, operation, caller, signal } = task;
    const answer = await services.cards.replaceCard(
      operation.id,
      libraryCardNumber,
      smartIdDateOfIssue,
      signal,
    );
    const { credential } = acceptedOrRefuse('REPLACE_CREDENTIAL', answer);
    const { isReplacedByNewNumber } = kindTraits[kind];
    const fields = ['status', isReplacedByNewNumber ? 'issuedOn' : 'dateOfIssue'] as const;
    await recordCardChanges(task, credential, fields, isStaff ? 'STAFF' : 'STATION');
    if (isReplacedByNewNumber) {
      const { patronId, libraryCardNumber: newNumber } = credential;
      await ensureBlocked(services, operation, libraryCardNumber);
      await registerCard(task, patronId, newNumber, isSuspended);
      await beginMoveHolds(services, operation, caller, { patronId, from: libraryCardNumber, to: newNumber });
    } else if (isSuspended) {
      await services.standingBlocks.keepStandingBlocks(credential.patronId, [libraryCardNumber]);
    } else {
      await ensureInCirculation(services, operation, 'UNBLOCK_CARD', libraryCardNumber);
    }
    return { libraryCardNumber: credential.libraryCardNumber };
  },
};
