import { ensureBlocked } from '../../../operations/card-change.ts';
import type { CredentialTask } from '../services.ts';
import { finishBothSteps } from './finish-both-steps.ts';
import { recordCardChanges } from './record-card-changes.ts';

/**
 * Ends a card of a record that was merged: card management closes it, and circulation blocks it, at the same time. Safe
 * to repeat, because card management recognises the reference `<operation id> <card number>`. A refusal is ignored,
 * because a counter has closed the card already.
 */
export async function endCard(task: CredentialTask, number: string): Promise<void> {
  await finishBothSteps(closeCard(task, number), ensureBlocked(task.services, task.operation, number));
}

async function closeCard(task: CredentialTask, number: string): Promise<void> {
  const { services, operation, signal } = task;
  const answer = await services.cards.closeCard(`${operation.id} ${number}`, number, 'CLOSED', signal);
  if (!('refused' in answer)) {
    await recordCardChanges(task, answer.credential, ['status']);
  }
}
