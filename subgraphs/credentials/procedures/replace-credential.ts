import { z } from 'zod';
import { hongKongDay } from '../../library/calendar.ts';
import { beginMoveHolds } from '../../operations/begin-move-holds.ts';
import { ensureBlocked, ensureInCirculation } from '../../operations/card-change.ts';
import { refuseIfAny } from '../../operations/operation-refused.ts';
import type { Procedure } from '../../operations/procedure.ts';
import { credentialKinds, kindTraits } from '../rules/cards/kinds.ts';
import { replacementPlaceProblems, replacementProblems } from '../rules/cards/replacement.ts';
import type { CredentialServices } from './services.ts';
import { applicantKey, lock, lockCard } from './steps/locks.ts';
import { refuseIfPatronClosed } from './steps/read-records.ts';
import { recordCardChanges } from './steps/record-card-changes.ts';
import { acceptedOrRefuse } from './steps/refusals.ts';

const replacement = z.object({ libraryCardNumber: z.string(), smartIdDateOfIssue: z.string().nullable() });
/** `isStaff`: requested at a counter, not at a station. */
const input = replacement.extend({ isStaff: z.boolean() });
/** `isStaff` is absent in plans of earlier releases. */
const plan = replacement.extend({ kind: z.enum(credentialKinds), isStaff: z.boolean().default(true) });
type Input = z.infer<typeof input>;
type Plan = z.infer<typeof plan>;

/**
 * Replaces a lost card.
 *
 * 1. Card management replaces it: a library card by a new number (R19), a smart identity card by the newer card under the same
 *    number (R18). Then the change is recorded in the audit. Safe to repeat: card management knows the operation's id, and
 *    answers as the first time.
 *
 * Then, where the replacement has a new number:
 *
 * 2. Circulation blocks the old number. Its loans stay on it and count (R16).
 * 3. Circulation registers the new number.
 * 4. An operation of its own begins that moves the queued holds (R25). Safe to repeat: this operation has one at most.
 *
 * Else:
 *
 * 2. Circulation unblocks the number. This is the last step of all: an unblocking without an answer may be carried out half a
 *    minute late, and must not undo a block that came after it.
 *
 * The changes in circulation are safe to repeat: each is sent again only once the request before is known not to have been
 * carried out.
 */
export const replaceCredential: Procedure<CredentialServices, Input, Plan> = {
  kind: 'REPLACE_CREDENTIAL',
  input,
  plan,
  async prepare(task, { libraryCardNumber, smartIdDateOfIssue, isStaff }) {
    const { services, operation, signal } = task;
    const card = await lockCard(task, libraryCardNumber, null);
    refuseIfAny(replacementPlaceProblems(card, isStaff));
    await refuseIfPatronClosed(task, card);
    // R7: no other library card may be issued meanwhile. Nothing promises that card management checks this on replacing.
    if (kindTraits[card.kind].isReplacedByNewNumber) {
      await lock(task, applicantKey(card.patronId));
    }
    const [patronCards = []] = await services.cards.cardsByPatron([card.patronId], signal);
    const today = hongKongDay(operation.requestedAt);
    refuseIfAny(replacementProblems({ card, patronCards, smartIdDateOfIssue, today }));
    return { libraryCardNumber, smartIdDateOfIssue, kind: card.kind, isStaff };
  },
  async carryOut(task, { libraryCardNumber, smartIdDateOfIssue, kind, isStaff }) {
    const { services, operation, caller, signal } = task;
    const answer = await services.cards.replaceCard(
      operation.id,
      libraryCardNumber,
      smartIdDateOfIssue,
      signal,
    );
    const { credential } = acceptedOrRefuse(answer);
    const { isReplacedByNewNumber } = kindTraits[kind];
    const fields = ['status', isReplacedByNewNumber ? 'issuedOn' : 'dateOfIssue'] as const;
    await recordCardChanges(task, credential, fields, isStaff ? 'STAFF' : 'STATION');
    if (isReplacedByNewNumber) {
      const { patronId, libraryCardNumber: newNumber } = credential;
      await ensureBlocked(services, operation, libraryCardNumber);
      await ensureInCirculation(services, operation, 'REGISTER_CARD', newNumber);
      await beginMoveHolds(services, operation, caller, { patronId, from: libraryCardNumber, to: newNumber });
    } else {
      await ensureInCirculation(services, operation, 'UNBLOCK_CARD', libraryCardNumber);
    }
    return { libraryCardNumber: credential.libraryCardNumber };
  },
};
