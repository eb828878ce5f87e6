import { z } from 'zod';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { ensureBlocked, ensureInCirculation } from '../../operations/card-change.ts';
import { OperationRefused } from '../../operations/operation-refused.ts';
import type { Procedure } from '../../operations/procedure.ts';
import { lossProblems } from '../rules/cards/loss.ts';
import { inParallel } from './parallel.ts';
import { type CredentialServices, type CredentialTask, done, lockedCard, refuseIfAny } from './services.ts';

const input = z.object({
  libraryCardNumber: z.string(),
  onReplacement: z.enum(['CONTINUE', 'DISCONTINUE']).nullable(),
  /** Whose card it must be; null: anybody's. */
  ownerId: z.string().nullable(),
});
/** `isUnseen`: the card could not be read, and is blocked first. */
const plan = input.extend({ isUnseen: z.boolean() });
type Input = z.infer<typeof input>;
type Plan = z.infer<typeof plan>;

/**
 * A card is reported lost (R17, R18): card management has the report, and circulation blocks the card, so that it is refused
 * at desks, too. Each is done while the other is down. For staff also the reading can wait: a card that is lost is blocked
 * first. A patron's own it must be known to be.
 */
export const reportLoss: Procedure<CredentialServices, Input, Plan> = {
  kind: 'REPORT_LOSS',
  input,
  plan,
  async prepare(task, { libraryCardNumber, onReplacement, ownerId }) {
    try {
      const card = await lockedCard(task, libraryCardNumber, ownerId);
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
    const { services, operation, signal } = task;
    await inParallel(
      services.cards.reportLoss(operation.id, libraryCardNumber, onReplacement, signal).then(done),
      ensureBlocked(services, operation, libraryCardNumber),
    );
    return { libraryCardNumber };
  },
};

/**
 * Blocks it, then judges it; what was blocked in error, though in use, is unblocked, last of all. A number that circulation
 * doesn't know is not made known here: it may be nobody's yet.
 */
async function blockUnseen(
  task: CredentialTask,
  { libraryCardNumber, onReplacement, ownerId }: Plan,
): Promise<void> {
  const { services, operation } = task;
  await ensureInCirculation(services, operation, 'BLOCK_CARD', libraryCardNumber);
  const card = await lockedCard(task, libraryCardNumber, ownerId);
  const problems = lossProblems(card, onReplacement);
  if (problems.length === 0) {
    return;
  }
  if (card.state === 'ACTIVE') {
    await ensureInCirculation(services, operation, 'UNBLOCK_CARD', libraryCardNumber);
  }
  throw new OperationRefused(problems);
}
