import { z } from 'zod';
import { refuseIfAny } from '../../operations/operation-refused.ts';
import type { Procedure } from '../../operations/procedure.ts';
import { codeProblems } from '../rules/cards/pin.ts';
import { expiryOf } from './pin-code.ts';
import type { CredentialServices } from './services.ts';
import { lockCardDetails } from './steps/locks.ts';
import { recordCardChanges } from './steps/record-card-changes.ts';

const input = z.object({ libraryCardNumber: z.string() });
const plan = input.extend({ patronId: z.string() });
type Input = z.infer<typeof input>;
type Plan = z.infer<typeof plan>;

/**
 * Creates a one-time code with which a reader sets the PIN of a card (R10, decision 35). Nothing changes in card
 * management.
 *
 * 1. The creation of the code is recorded in the audit. This is safe to repeat, as {@link recordCardChanges} explains.
 *    The code itself is computed from the operation's id, and is not stored.
 */
export const createPinCode: Procedure<CredentialServices, Input, Plan> = {
  kind: 'CREATE_PIN_CODE',
  input,
  plan,
  async prepare(task, { libraryCardNumber }) {
    const card = await lockCardDetails(task, libraryCardNumber, null);
    refuseIfAny(codeProblems(card));
    return { libraryCardNumber, patronId: card.patronId };
  },
  async carryOut(task, { libraryCardNumber, patronId }) {
    await recordCardChanges(task, { patronId }, ['pinCode']);
    return { libraryCardNumber, expiresAt: expiryOf(task.operation) };
  },
};
