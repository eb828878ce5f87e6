import type { Credential } from '../../../../adapters/credentials/port.ts';
import { pinDigits } from '../limits.ts';
import { type CredentialProblem, invalid, wrongState } from '../problem.ts';

const pinForm = new RegExp(`^[0-9]{${pinDigits.min},${pinDigits.max}}$`);

/** Checks the form of a PIN (R10). */
export const pinFormProblems = (newPin: string): CredentialProblem[] =>
  pinForm.test(newPin) ? [] : [invalid('PIN_FORM', 'newPin')];

/** A lost or ended card gets no PIN, and no code to set one (R17). */
export const codeProblems = ({ state }: Credential): CredentialProblem[] =>
  state === 'ACTIVE' ? [] : [wrongState(state, 'PIN_FOR_CARD_IN_USE')];

/** Checks the form of a PIN, and that the card is in use. */
export const pinProblems = (card: Credential, newPin: string): CredentialProblem[] => [
  ...pinFormProblems(newPin),
  ...codeProblems(card),
];
