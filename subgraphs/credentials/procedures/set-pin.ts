import { z } from 'zod';
import { forgivePinFailures } from '../../operations/pin-attempts.ts';
import type { Procedure } from '../../operations/procedure.ts';
import { pinProblems } from '../rules/cards/pin.ts';
import type { CredentialServices } from './services.ts';
import { lockCard } from './steps/locks.ts';
import { acceptedOrRefuse, refuseIfAny } from './steps/refusals.ts';

const input = z.object({
  libraryCardNumber: z.string(),
  newPin: z.string(),
  /** The patron whose card it must be; null for any patron's. */
  ownerId: z.string().nullable(),
});
type Input = z.infer<typeof input>;

/**
 * Sets the PIN of a card, for telephone, station and e-book services (R10). A new card has no PIN until then.
 *
 * 1. Card management changes the PIN. Safe to repeat: it knows the operation's id, and answers as the first time.
 * 2. The failed attempts with the old PIN are forgiven. Safe to repeat: forgiving twice is the same.
 */
export const setPin: Procedure<CredentialServices, Input, Input> = {
  kind: 'SET_PIN',
  input,
  plan: input,
  async prepare(task, request) {
    const card = await lockCard(task, request.libraryCardNumber, request.ownerId);
    refuseIfAny(pinProblems(card, request.newPin));
    return request;
  },
  async carryOut({ services, operation, signal }, { libraryCardNumber, newPin }) {
    acceptedOrRefuse(await services.cards.changePin(operation.id, libraryCardNumber, newPin, signal));
    await forgivePinFailures(services, libraryCardNumber);
    return { libraryCardNumber };
  },
};
