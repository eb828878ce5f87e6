import type { Credential } from '../../../../adapters/credentials/port.ts';
import { type CredentialProblem, invalid, wrongState } from '../problem.ts';

/** What a telephone's keys can say. */
const pinForm = /^[0-9]{4,8}$/;

/** R10 and R17: a card in use gets a PIN of that form; a lost or ended one is refused here, too. */
export function pinProblems({ state }: Credential, newPin: string): CredentialProblem[] {
  return [
    ...(pinForm.test(newPin) ? [] : [invalid('A PIN has 4 to 8 digits.', 'newPin')]),
    ...(state === 'ACTIVE' ? [] : [wrongState(state, 'a PIN is for a card in use.')]),
  ];
}
