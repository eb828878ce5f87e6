import { ensureBlocked, ensureInCirculation } from '../../../operations/card-change.ts';
import type { CredentialTask } from '../services.ts';

/**
 * Registers a new card in circulation. If the patron is suspended, the card is blocked at once, before it is handed
 * over. The journal then stores that the suspension is the reason, so that the card is unblocked when the suspension is
 * lifted (R15). Safe to repeat.
 * @throws Unfinished until circulation has answered.
 */
export async function registerCard(
  task: CredentialTask,
  patronId: string,
  libraryCardNumber: string,
  isSuspended: boolean,
): Promise<void> {
  const { services, operation } = task;
  await ensureInCirculation(services, operation, 'REGISTER_CARD', libraryCardNumber);
  if (isSuspended) {
    await services.standingBlocks.keepStandingBlocks(patronId, [libraryCardNumber]);
    await ensureBlocked(services, operation, libraryCardNumber);
  }
}
