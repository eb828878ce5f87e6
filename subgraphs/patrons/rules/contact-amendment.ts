import type { ContactChanges, Patron } from '../../../adapters/patrons/port.ts';
import {
  addressFault,
  addressLinesOf,
  emailFault,
  oneLine,
  optionalText,
  telephoneFault,
  telephoneOf,
} from '../../library/contact.ts';

/** The SDL's `AmendContactInput` without its reference and patron. An absent field is kept, a null one is cleared. */
export interface ContactAmendment {
  readonly version: string;
  readonly addressLines?: readonly string[] | null;
  /** R27: accepted from staff only. Null and false are the same as absent. */
  readonly addressProofShown?: boolean | null;
  readonly telephone?: string | null;
  readonly email?: string | null;
}

/** The SDL's `PatronProblem`. Neither `field` nor message quotes a value (R30). */
export interface PatronProblem {
  readonly code: 'NOT_FOUND' | 'VERSION_CONFLICT' | 'INVALID' | 'SYSTEM_UNAVAILABLE';
  readonly message: string;
  readonly field: readonly string[] | null;
}

/**
 * The changes to a record, in the form that the registry stores. A changed address counts as not proven (R2).
 *
 * @example
 * // telephone '+852 2000-0009'             becomes { telephone: '20000009' }
 * // addressLines as in the record           becomes {}
 * // other addressLines                      become { addressLines, addressProven: false }
 * // the same with addressProofShown: true   become { addressLines, addressProven: true }
 */
export function contactChangesOf(amendment: ContactAmendment, patron: Patron): ContactChanges {
  const { telephone, email, addressProofShown } = amendment;
  const addressLines =
    amendment.addressLines === undefined ? undefined : addressLinesOf(amendment.addressLines ?? []);
  const isChanged = addressLines !== undefined && !isSame(addressLines, patron.addressLines);
  return {
    ...(isChanged && { addressLines, addressProven: false }),
    ...(addressProofShown === true && { addressProven: true }),
    ...(telephone !== undefined && { telephone: optionalText(telephone, telephoneOf) }),
    ...(email !== undefined && { email: optionalText(email, oneLine) }),
  };
}

/** Why a record can't be amended like this: its version, the form of a field, or a fact that only staff may give (R27). */
export function amendmentProblems(
  amendment: ContactAmendment,
  patron: Patron,
  isStaff: boolean,
): PatronProblem[] {
  const changes = contactChangesOf(amendment, patron);
  const faults = {
    addressLines: changes.addressLines === undefined ? null : addressFault(changes.addressLines),
    addressProofShown: amendment.addressProofShown === true ? proofFault(changes, patron, isStaff) : null,
    telephone: changes.telephone == null ? null : telephoneFault(changes.telephone),
    email: changes.email == null ? null : emailFault(changes.email),
  };
  return [
    ...(amendment.version === patron.version ? [] : [versionConflict]),
    ...Object.entries(faults).flatMap(([field, message]) =>
      message === null ? [] : [{ code: 'INVALID' as const, message, field: [field] }],
    ),
  ];
}

export const versionConflict: PatronProblem = {
  code: 'VERSION_CONFLICT',
  message: 'The record was changed after that version: read it again, then amend it.',
  field: ['version'],
};

function proofFault({ addressLines }: ContactChanges, patron: Patron, isStaff: boolean): string | null {
  if (!isStaff) {
    return 'Only staff can confirm proof of address: show it at a counter.';
  }
  return (addressLines ?? patron.addressLines).length === 0 ? 'There is no address to prove: give it.' : null;
}

function isSame(lines: readonly string[], others: readonly string[]): boolean {
  return lines.length === others.length && lines.every((line, index) => line === others[index]);
}
