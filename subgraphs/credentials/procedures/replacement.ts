import { z } from 'zod';
import { hongKongDay } from '../../library/calendar.ts';
import { ensureBlocked, ensureInCirculation } from '../../operations/card-change.ts';
import { beginHoldMove } from '../../operations/hold-move.ts';
import type { Procedure } from '../../operations/procedure.ts';
import { credentialKinds } from '../rules/cards/kinds.ts';
import { replacementPlaceProblems, replacementProblems } from '../rules/cards/replacement.ts';
import { type CredentialServices, done, lock, lockedCard, refuseIfAny, refuseIfClosed } from './services.ts';

const replacement = z.object({ libraryCardNumber: z.string(), smartIdDateOfIssue: z.string().nullable() });
/** `isStaff`: it is asked for at a counter, and not at a station. */
const input = replacement.extend({ isStaff: z.boolean() });
const plan = replacement.extend({ kind: z.enum(credentialKinds) });
type Input = z.infer<typeof input>;
type Plan = z.infer<typeof plan>;

/**
 * A lost library card gets a new number, and the old one stays blocked with its loans (R16, R19); queued holds follow (R25); a lost smart identity card
 * works again, under the same number, with the newer card alone (R18). It is unblocked last of all, for an unblocking of
 * which nothing is heard may come half a minute late, after a new block.
 */
export const replaceCredential: Procedure<CredentialServices, Input, Plan> = {
  kind: 'REPLACE_CREDENTIAL',
  input,
  plan,
  async prepare(task, { libraryCardNumber, smartIdDateOfIssue, isStaff }) {
    const { services, operation, signal } = task;
    const card = await lockedCard(task, libraryCardNumber, null);
    refuseIfAny(replacementPlaceProblems(card, isStaff));
    await refuseIfClosed(task, card);
    // Nor is another library card issued meanwhile (R7): that a replacement looks for one is nowhere promised.
    if (card.kind === 'LIBRARY_CARD') {
      await lock(task, `applicant ${card.patronId}`);
    }
    const [patronCards = []] = await services.cards.cardsByPatron([card.patronId], signal);
    const today = hongKongDay(operation.requestedAt);
    refuseIfAny(replacementProblems({ card, patronCards, smartIdDateOfIssue, today }));
    return { libraryCardNumber, smartIdDateOfIssue, kind: card.kind };
  },
  async carryOut({ services, operation, caller, signal }, { libraryCardNumber, smartIdDateOfIssue, kind }) {
    const replacing = services.cards.replaceCard(operation.id, libraryCardNumber, smartIdDateOfIssue, signal);
    const { credential } = done(await replacing);
    if (kind === 'LIBRARY_CARD') {
      await ensureBlocked(services, operation, libraryCardNumber);
      const { patronId, libraryCardNumber: to } = credential;
      await ensureInCirculation(services, operation, 'REGISTER_CARD', to);
      await beginHoldMove(services, operation, caller, { patronId, from: libraryCardNumber, to });
    } else {
      await ensureInCirculation(services, operation, 'UNBLOCK_CARD', libraryCardNumber);
    }
    return { libraryCardNumber: credential.libraryCardNumber };
  },
};
