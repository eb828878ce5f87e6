import type { CredentialState } from '../../../adapters/credentials/port.ts';
import type { Localized } from '../../library/language.ts';
import type { Problem } from '../../operations/problem.ts';
import { type CodeWithMessage, codesWithMessage } from './messages/codes.ts';
import { messageOf } from './messages/index.ts';
import { invalidTexts } from './messages/invalid.ts';
import { numberAndPinTexts } from './messages/number-and-pin.ts';
import { insteadTexts, stateTexts, wrongStateTexts } from './messages/wrong-state.ts';

export type CredentialProblemCode = CodeWithMessage | 'INVALID' | 'WRONG_STATE';

/**
 * The SDL's `CredentialProblem`. `field` is a path in the input. Neither the path nor the message quotes a value (R30).
 */
export interface CredentialProblem extends Problem {
  readonly code: CredentialProblemCode;
}

export function problem(code: CodeWithMessage, ...field: string[]): CredentialProblem {
  return { code, message: messageOf(code), field: fieldOrNull(field) };
}

/** Whether {@link problem} has a message for a code. */
export function hasMessage(code: string): code is CodeWithMessage {
  return codesWithMessage.some((one) => one === code);
}

export function invalid(text: keyof typeof invalidTexts, ...field: string[]): CredentialProblem {
  return { code: 'INVALID', message: invalidTexts[text], field: fieldOrNull(field) };
}

/**
 * Returns an `INVALID` problem for each field that has a fault. `within` is the path of the object with these fields.
 *
 * @example invalidFields({ name: null, email: emailFault('a@b@c') }, 'applicant')
 * // [{ code: 'INVALID', message: { en: 'An e-mail address has up to 254 …', … }, field: ['applicant', 'email'] }]
 */
export function invalidFields(
  faults: Readonly<Record<string, Localized | null>>,
  ...within: string[]
): CredentialProblem[] {
  return Object.entries(faults).flatMap(([field, fault]) =>
    fault === null ? [] : [{ code: 'INVALID' as const, message: fault, field: [...within, field] }],
  );
}

/**
 * The problem if a card's state does not allow the change. `instead` is the end of the message: what the reader can do.
 */
export function wrongState(state: CredentialState, instead: keyof typeof insteadTexts): CredentialProblem {
  const [now, then] = [stateTexts[state], insteadTexts[instead]];
  const message: Localized = {
    en: `${now.en}: ${then.en}`,
    'zh-Hant': `${now['zh-Hant']}：${then['zh-Hant']}`,
  };
  return { code: 'WRONG_STATE', message, field: ['libraryCardNumber'] };
}

/**
 * The problem if the state of an application or a record does not allow the change, or if somebody else has changed
 * something.
 */
export function wrongStateOf(text: keyof typeof wrongStateTexts, ...field: string[]): CredentialProblem {
  return { code: 'WRONG_STATE', message: wrongStateTexts[text], field: fieldOrNull(field) };
}

/**
 * The problem if a reader is not recognised by the typed number and PIN or code. It names no field, because it must not
 * say which of them is wrong (R28).
 */
export const notRecognised = (code: keyof typeof numberAndPinTexts): Problem => ({
  code,
  message: numberAndPinTexts[code],
  field: null,
});

const fieldOrNull = (field: readonly string[]) => (field.length === 0 ? null : field);
