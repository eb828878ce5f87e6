import { z } from 'zod';
import type { Credential } from '../../../adapters/credentials/port.ts';
import { ensureBlocked } from '../../operations/card-change.ts';
import { refuseIfAny } from '../../operations/operation-refused.ts';
import type { Procedure } from '../../operations/procedure.ts';
import { discontinuationProblems, surrenderProblems } from '../rules/cards/ending.ts';
import type { CredentialProblem } from '../rules/problem.ts';
import type { CredentialServices, CredentialTask } from './services.ts';
import { finishBothSteps } from './steps/finish-both-steps.ts';
import { lockCard } from './steps/locks.ts';
import { recordCardChanges } from './steps/record-card-changes.ts';
import { acceptedOrRefuse } from './steps/refusals.ts';

const input = z.object({
  libraryCardNumber: z.string(),
  /** The patron to whom the card must belong. Null if it may be anybody's. */
  ownerId: z.string().nullable(),
});
const plan = z.object({ libraryCardNumber: z.string() });
type Input = z.infer<typeof input>;
type Plan = z.infer<typeof plan>;
type EndingKind = 'DISCONTINUE_SMART_ID' | 'SURRENDER_LIBRARY_CARD';

/**
 * Ends the service of a smart identity card, by form (R21), and nothing else (R22). {@link endCredential} describes the
 * steps.
 */
export const discontinueSmartId = endCredential('DISCONTINUE_SMART_ID', 'CLOSED', discontinuationProblems);

/** Takes a library card back (R13). {@link endCredential} describes the steps. */
export const surrenderLibraryCard = endCredential('SURRENDER_LIBRARY_CARD', 'SURRENDERED', surrenderProblems);

/**
 * Returns the procedure that ends a card. It has two steps, which run at the same time, so that each is done even if
 * the other system can't be reached.
 *
 * - Card management closes the card, and the change is recorded in the audit. This is safe to repeat, because card
 *   management recognises the operation's id and gives the same answer again.
 * - Circulation blocks the card. This is safe to repeat, because `ensureBlocked` sends another request only if the last
 *   one was certainly not carried out.
 */
function endCredential(
  kind: EndingKind,
  state: 'CLOSED' | 'SURRENDERED',
  findProblems: (card: Credential) => CredentialProblem[],
): Procedure<CredentialServices, Input, Plan> {
  return {
    kind,
    input,
    plan,
    patronOf: ({ ownerId }) => ownerId,
    async prepare(task, { libraryCardNumber, ownerId }) {
      refuseIfAny(findProblems(await lockCard(task, libraryCardNumber, ownerId)));
      return { libraryCardNumber };
    },
    async carryOut(task, { libraryCardNumber }) {
      await finishBothSteps(
        closeCard(task, kind, libraryCardNumber, state),
        ensureBlocked(task.services, task.operation, libraryCardNumber),
      );
      return { libraryCardNumber };
    },
  };
}

async function closeCard(
  task: CredentialTask,
  kind: EndingKind,
  libraryCardNumber: string,
  state: 'CLOSED' | 'SURRENDERED',
): Promise<void> {
  const { services, operation, signal } = task;
  const answer = await services.cards.closeCard(operation.id, libraryCardNumber, state, signal);
  await recordCardChanges(task, acceptedOrRefuse(kind, answer).credential, ['status']);
}
