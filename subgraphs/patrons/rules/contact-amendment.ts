import type { ContactChanges, Patron } from '../../../adapters/patrons/port.ts';
import { withoutUndefined } from '../../../platform/without-undefined.ts';
import {
  addressFault,
  addressLinesOf,
  emailFault,
  oneLine,
  optionalText,
  telephoneFault,
  telephoneOf,
} from '../../library/contact.ts';
import type { Localized } from '../../library/language.ts';
import { invalidFields, invalidTexts, type PatronProblem, problem } from './problems.ts';

/** The changes in an `AmendContactInput`. An absent field stays as it is, and a null field is cleared. */
export interface ContactAmendment {
  readonly version: string;
  readonly addressLines?: readonly string[] | null;
  /** Only accepted from staff (R27). Null and false are the same as absent. */
  readonly addressProofShown?: boolean | null;
  readonly telephone?: string | null;
  readonly email?: string | null;
}

/**
 * The changes to a record, in the form that the registry stores. A value that the record already has is not a change. A
 * changed address is not proven (R2).
 *
 * @example
 * // telephone '+852 2000-0009'             becomes { telephone: '20000009' }, or {} if the record has that number
 * // addressLines as in the record           becomes {}, whatever spaces the record has around them
 * // other addressLines                      become { addressLines, addressProven: false }
 * // the same with addressProofShown: true   become { addressLines, addressProven: true }
 */
export function contactChangesOf(amendment: ContactAmendment, patron: Patron): ContactChanges {
  const { telephone, email, addressProofShown } = amendment;
  const addressLines =
    amendment.addressLines === undefined ? undefined : addressLinesOf(amendment.addressLines ?? []);
  const isChanged = addressLines !== undefined && !isSame(addressLines, addressLinesOf(patron.addressLines));
  const isProven = addressProofShown === true;
  const unlessSame = (value: string | null, current: string | null) =>
    value === current ? undefined : value;
  return withoutUndefined({
    addressLines: isChanged ? addressLines : undefined,
    addressProven: isChanged || (isProven && !patron.addressProven) ? isProven : undefined,
    telephone:
      telephone === undefined
        ? undefined
        : unlessSame(optionalText(telephone, telephoneOf), patron.telephone),
    email: email === undefined ? undefined : unlessSame(optionalText(email, oneLine), patron.email),
  });
}

/** The reasons against an amendment: the version, the form of a field, or a fact that only staff may state (R27). */
export function amendmentProblems(
  amendment: ContactAmendment,
  patron: Patron,
  isStaff: boolean,
): PatronProblem[] {
  const changes = contactChangesOf(amendment, patron);
  const faults = {
    addressLines: addressLinesFault(amendment, changes),
    addressProofShown: amendment.addressProofShown === true ? proofFault(changes, patron, isStaff) : null,
    telephone: changes.telephone == null ? null : telephoneFault(changes.telephone),
    email: changes.email == null ? null : emailFault(changes.email),
  };
  return [
    ...(amendment.version === patron.version ? [] : [problem('VERSION_CONFLICT', 'version')]),
    ...invalidFields(faults),
  ];
}

/**
 * The fault of the address lines; null if there is none. An unchanged address is not checked, because the registry may
 * have an address that is not accepted here, such as one of five lines.
 */
function addressLinesFault({ addressLines }: ContactAmendment, changes: ContactChanges): Localized | null {
  if (addressLines == null) {
    return null;
  }
  const lines = addressLinesOf(addressLines);
  return lines.length === 0 || changes.addressLines !== undefined ? addressFault(lines) : null;
}

function proofFault({ addressLines }: ContactChanges, patron: Patron, isStaff: boolean): Localized | null {
  if (!isStaff) {
    return invalidTexts.PROOF_BY_STAFF;
  }
  return (addressLines ?? patron.addressLines).length === 0 ? invalidTexts.NO_ADDRESS_TO_PROVE : null;
}

function isSame(lines: readonly string[], others: readonly string[]): boolean {
  return lines.length === others.length && lines.every((line, index) => line === others[index]);
}
