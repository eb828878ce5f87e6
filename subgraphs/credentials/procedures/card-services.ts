import { z } from 'zod';
import { forgivePinFailures } from '../../operations/pin-attempts.ts';
import type { Procedure } from '../../operations/procedure.ts';
import { informationCardProblems } from '../rules/cards/information-card.ts';
import { pinProblems } from '../rules/cards/pin.ts';
import { type CredentialServices, done, lockedCard, refuseIfAny } from './services.ts';

const printing = z.object({ libraryCardNumber: z.string() });
type Printing = z.infer<typeof printing>;

/** The number is written anew on a blank library information card, as often as it is wanted (R10, R11). */
export const printInformationCard: Procedure<CredentialServices, Printing, Printing> = {
  kind: 'PRINT_INFORMATION_CARD',
  input: printing,
  plan: printing,
  async prepare(task, { libraryCardNumber }) {
    refuseIfAny(informationCardProblems(await lockedCard(task, libraryCardNumber, null)));
    return { libraryCardNumber };
  },
  async carryOut({ services, operation, signal }, { libraryCardNumber }) {
    done(await services.cards.printInformationCard(operation.id, libraryCardNumber, signal));
    return { libraryCardNumber };
  },
};

const setting = z.object({
  libraryCardNumber: z.string(),
  newPin: z.string(),
  /** Whose card it must be; null: anybody's. */
  ownerId: z.string().nullable(),
});
type Setting = z.infer<typeof setting>;

/** A card gets its PIN for telephone, station and e-book use (R10); a new one has none. */
export const setPin: Procedure<CredentialServices, Setting, Setting> = {
  kind: 'SET_PIN',
  input: setting,
  plan: setting,
  async prepare(task, asked) {
    refuseIfAny(pinProblems(await lockedCard(task, asked.libraryCardNumber, asked.ownerId), asked.newPin));
    return asked;
  },
  async carryOut({ services, operation, signal }, { libraryCardNumber, newPin }) {
    done(await services.cards.changePin(operation.id, libraryCardNumber, newPin, signal));
    await forgivePinFailures(services, libraryCardNumber);
    return { libraryCardNumber };
  },
};
