import { z } from 'zod';
import type { OnReplacement } from '../../../adapters/credentials/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { ensureBlocked, ensureInCirculation } from '../../operations/card-change.ts';
import { OperationRefused, refuseIfAny } from '../../operations/operation-refused.ts';
import type { Procedure } from '../../operations/procedure.ts';
import { lossProblems, onReplacementChoices } from '../rules/cards/loss.ts';
import type { CredentialServices, CredentialTask } from './services.ts';
import { finishBothSteps } from './steps/finish-both-steps.ts';
import { lockCard } from './steps/locks.ts';
import { recordCardChanges } from './steps/record-card-changes.ts';
import { acceptedOrRefuse } from './steps/refusals.ts';

const input = z.object({
  libraryCardNumber: z.string(),
  onReplacement: z.enum(onReplacementChoices).nullable(),
  /** The patron to whom the card must belong. Null if it may be anybody's. */
  ownerId: z.string().nullable(),
});
/** `isUnseen` is true if card management could not be read, so that the rules have not been checked. */
const plan = input.extend({ isUnseen: z.boolean() });
type Input = z.infer<typeof input>;
type Plan = z.infer<typeof plan>;

/**
 * Reports a card as lost (R17, R18).
 *
 * 1. If the card could not be read (`isUnseen`), {@link blockUnseen} blocks it first, and then reads it and checks the
 *    rules. The plan is saved afterwards, so that this step is not repeated if the procedure is resumed. If the card
 *    was read, this step is left out.
 * 2. Two changes are made at the same time, so that each is made even if the other system can't be reached. Card
 *    management stores the report, and the audit records it. Circulation blocks the card, so that desks also refuse it.
 *    The report is safe to repeat, because card management recognises the operation's id and gives the same answer
 *    again. The block is safe to repeat, because `ensureBlocked` sends another request only if the last one was
 *    certainly not carried out.
 *
 * Patrons can report only their own cards. So only staff can report a card that can't be read.
 */
export const reportLoss: Procedure<CredentialServices, Input, Plan> = {
  kind: 'REPORT_LOSS',
  input,
  plan,
  patronOf: ({ ownerId }) => ownerId,
  async prepare(task, { libraryCardNumber, onReplacement, ownerId }) {
    try {
      const card = await lockCard(task, libraryCardNumber, ownerId);
      refuseIfAny(lossProblems(card, onReplacement));
      return { libraryCardNumber, onReplacement, ownerId, isUnseen: false };
    } catch (error) {
      if (!(error instanceof UpstreamError) || ownerId !== null) {
        throw error;
      }
      return { libraryCardNumber, onReplacement, ownerId, isUnseen: true };
    }
  },
  async carryOut(task, planned, save) {
    const { libraryCardNumber, onReplacement } = planned;
    if (planned.isUnseen) {
      await blockUnseen(task, planned);
      await save({ ...planned, isUnseen: false });
    }
    await finishBothSteps(
      storeReport(task, libraryCardNumber, onReplacement),
      ensureBlocked(task.services, task.operation, libraryCardNumber),
    );
    return { libraryCardNumber };
  },
};

async function storeReport(
  task: CredentialTask,
  libraryCardNumber: string,
  onReplacement: OnReplacement | null,
): Promise<void> {
  const { services, operation, signal } = task;
  const answer = await services.cards.reportLoss(operation.id, libraryCardNumber, onReplacement, signal);
  const { credential } = acceptedOrRefuse('REPORT_LOSS', answer);
  services.cardChanged?.(credential);
  await recordCardChanges(task, credential, [
    'status',
    ...(onReplacement === null ? [] : ['onReplacement' as const]),
  ]);
}

/**
 * Reports the loss of a card that could not be read yet. Blocks the card first, then reads it and checks the rules. If
 * a rule refuses the report of the loss, the card is unblocked again and the operation is refused. The card stays
 * blocked if it is not in use, if its patron is not active, or if somebody else has also blocked it. A number that
 * circulation doesn't know is not registered, because it may belong to no card.
 */
async function blockUnseen(
  task: CredentialTask,
  { libraryCardNumber, onReplacement, ownerId }: Plan,
): Promise<void> {
  const { services, operation, signal } = task;
  await ensureInCirculation(services, operation, 'BLOCK_CARD', libraryCardNumber);
  const card = await lockCard(task, libraryCardNumber, ownerId);
  const problems = lossProblems(card, onReplacement);
  if (problems.length === 0) {
    return;
  }
  const [patron] = card.state === 'ACTIVE' ? await services.patrons.findMany([card.patronId], signal) : [];
  const byOthers = await services.cardEvents.cardsBlockedByOthers([libraryCardNumber]);
  if (patron?.status === 'ACTIVE' && byOthers.length === 0) {
    await ensureInCirculation(services, operation, 'UNBLOCK_CARD', libraryCardNumber);
  }
  throw new OperationRefused(problems);
}
