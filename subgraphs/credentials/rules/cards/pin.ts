import type { Credential } from '../../../../adapters/credentials/port.ts';
import type { LocalDate } from '../../../../adapters/patrons/port.ts';
import { pinDigits } from '../limits.ts';
import { type CredentialProblem, invalid, wrongState } from '../problem.ts';

const pinForm = new RegExp(`^[0-9]{${pinDigits.min},${pinDigits.max}}$`);

/** Checks the form of a PIN (R10), and that it is not one of the PINs that a guesser would try first. */
export function pinFormProblems(newPin: string): CredentialProblem[] {
  if (!pinForm.test(newPin)) {
    return [invalid('PIN_FORM', 'newPin')];
  }
  const isEasy =
    isRun(newPin) || repeatedDigits.test(newPin) || pairs.test(newPin) || middleColumn.test(newPin);
  return isEasy ? [invalid('PIN_EASY', 'newPin')] : [];
}

/** The same digits again and again, such as `0000`, `1212` and `123123`. */
const repeatedDigits = /^(\d+)\1+$/;
/** Each digit twice, such as `1122` and `112233`. */
const pairs = /^(?:(\d)\1)+$/;

/** The middle column of a keypad. */
const middleColumn = /^(?:2580|0852)$/;

/**
 * Whether all steps from one digit to the next are the same, as in `1234`, `9876`, `1357` and `8642`. Steps of one also
 * lead from 9 to 0 and back, as in `8901`.
 */
function isRun(pin: string): boolean {
  const digits = [...pin].map(Number);
  const differences = digits.slice(1).map((digit, at) => digit - Number(digits[at]));
  const afterNine = differences.map((difference) => (difference + 10) % 10);
  return [1, 9].some((step) => afterNine.every((one) => one === step)) || new Set(differences).size === 1;
}

/**
 * Checks that a PIN is not the date of birth, in any order and with or without the century. The problem is the same as
 * for any PIN that is easy to guess. So it does not confirm the date.
 *
 * For `2011-09-30`: `3009`, `0930`, `2011`, `0911`, `300911`, `09302011` and the like are refused.
 */
export function birthdayProblems(newPin: string, dateOfBirth: LocalDate | null): CredentialProblem[] {
  if (dateOfBirth === null) {
    return [];
  }
  const [year = '', month = '', day = ''] = dateOfBirth.split('-');
  const isBirthday = [year, year.slice(2)].some((years) => isMadeOf(newPin, [years, month, day]));
  return isBirthday ? [invalid('PIN_EASY', 'newPin')] : [];
}

/** Whether the text consists of some of the parts, one after another, each used once at most. */
const isMadeOf = (text: string, parts: readonly string[]): boolean =>
  text === '' ||
  parts.some(
    (part, at) => text.startsWith(part) && isMadeOf(text.slice(part.length), parts.toSpliced(at, 1)),
  );

/** A lost or ended card gets no PIN, and no code to set one (R17). */
export const codeProblems = ({ state }: Credential): CredentialProblem[] =>
  state === 'ACTIVE' ? [] : [wrongState(state, 'PIN_FOR_CARD_IN_USE')];

/** Checks the form of a PIN, and that the card is in use. */
export const pinProblems = (card: Credential, newPin: string): CredentialProblem[] => [
  ...pinFormProblems(newPin),
  ...codeProblems(card),
];
