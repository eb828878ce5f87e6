import type { Credential } from '../../../../adapters/credentials/port.ts';
import { pinDigits } from '../limits.ts';
import { type CredentialProblem, invalid, wrongState } from '../problem.ts';

const pinForm = new RegExp(`^[0-9]{${pinDigits.min},${pinDigits.max}}$`);

/** R10: a PIN of that form, for a card in use. R17: a lost or ended card gets none. */
export function pinProblems({ state }: Credential, newPin: string): CredentialProblem[] {
  return [
    ...(pinForm.test(newPin) ? [] : [invalid('PIN_FORM', 'newPin')]),
    ...(state === 'ACTIVE' ? [] : [wrongState(state, 'PIN_FOR_CARD_IN_USE')]),
  ];
}
