import { z } from 'zod';
import { refuseIfAny } from '../../operations/operation-refused.ts';
import type { Procedure } from '../../operations/procedure.ts';
import { informationCardProblems } from '../rules/cards/information-card.ts';
import type { CredentialServices } from './services.ts';
import { lockCardDetails } from './steps/locks.ts';
import { recordCardChanges } from './steps/record-card-changes.ts';
import { acceptedOrRefuse } from './steps/refusals.ts';

const input = z.object({ libraryCardNumber: z.string() });
type Input = z.infer<typeof input>;

/**
 * Writes the number of a smart identity card on a blank library information card (R10, R11).
 *
 * 1. Card management stores the day of printing. This is safe to repeat, because card management recognises the
 *    operation's id and gives the same answer again.
 * 2. The change is recorded in the audit. This is safe to repeat, as {@link recordCardChanges} explains.
 */
export const printInformationCard: Procedure<CredentialServices, Input, Input> = {
  kind: 'PRINT_INFORMATION_CARD',
  input,
  plan: input,
  async prepare(task, { libraryCardNumber }) {
    refuseIfAny(informationCardProblems(await lockCardDetails(task, libraryCardNumber, null)));
    return { libraryCardNumber };
  },
  async carryOut(task, { libraryCardNumber }) {
    const { services, operation, signal } = task;
    const answer = await services.cards.printInformationCard(operation.id, libraryCardNumber, signal);
    const { credential } = acceptedOrRefuse('PRINT_INFORMATION_CARD', answer);
    await recordCardChanges(task, credential, ['informationCardPrintedOn']);
    return { libraryCardNumber };
  },
};
