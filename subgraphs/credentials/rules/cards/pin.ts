import type { Credential } from '../../../../adapters/credentials/port.ts';
import { pinDigits } from '../limits.ts';
import { type CredentialProblem, invalid, wrongState } from '../problem.ts';

const pinForm = new RegExp(`^[0-9]{${pinDigits.min},${pinDigits.max}}$`);

/** R10: a PIN of that form. */
export const pinFormProblems = (newPin: string): CredentialProblem[] =>
  pinForm.test(newPin) ? [] : [invalid('PIN_FORM', 'newPin')];

/** R17: a lost or ended card gets no PIN, and no code to set one. */
export const codeProblems = ({ state }: Credential): CredentialProblem[] =>
  state === 'ACTIVE' ? [] : [wrongState(state, 'PIN_FOR_CARD_IN_USE')];

/** A PIN of that form, for a card in use. */
export const pinProblems = (card: Credential, newPin: string): CredentialProblem[] => [
  ...pinFormProblems(newPin),
  ...codeProblems(card),
];
