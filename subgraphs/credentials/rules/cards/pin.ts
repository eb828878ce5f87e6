import type { Credential } from '../../../../adapters/credentials/port.ts';
import { type CredentialProblem, invalid, wrongState } from '../problem.ts';

/** Digits only: a PIN is also typed on a telephone. */
const pinForm = /^[0-9]{4,8}$/;

/** R10: a PIN of that form, for a card in use. R17: a lost or ended card gets none. */
export function pinProblems({ state }: Credential, newPin: string): CredentialProblem[] {
  return [
    ...(pinForm.test(newPin) ? [] : [invalid('A PIN has 4 to 8 digits.', 'newPin')]),
    ...(state === 'ACTIVE' ? [] : [wrongState(state, 'a PIN is for a card in use.')]),
  ];
}
