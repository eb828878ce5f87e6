import { z } from 'zod';
import type { Procedure } from '../../operations/procedure.ts';
import { informationCardProblems } from '../rules/cards/information-card.ts';
import type { CredentialServices } from './services.ts';
import { lockCard } from './steps/locks.ts';
import { acceptedOrRefuse, refuseIfAny } from './steps/refusals.ts';

const input = z.object({ libraryCardNumber: z.string() });
type Input = z.infer<typeof input>;

/**
 * Writes the number of a smart identity card on a blank library information card (R10, R11).
 *
 * 1. Card management stamps the day on the card. Safe to repeat: it knows the operation's id, and answers as the first time.
 */
export const printInformationCard: Procedure<CredentialServices, Input, Input> = {
  kind: 'PRINT_INFORMATION_CARD',
  input,
  plan: input,
  async prepare(task, { libraryCardNumber }) {
    refuseIfAny(informationCardProblems(await lockCard(task, libraryCardNumber, null)));
    return { libraryCardNumber };
  },
  async carryOut({ services, operation, signal }, { libraryCardNumber }) {
    acceptedOrRefuse(await services.cards.printInformationCard(operation.id, libraryCardNumber, signal));
    return { libraryCardNumber };
  },
};
