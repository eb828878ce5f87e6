import { isDeepStrictEqual } from 'node:util';
import type {
  IdentityDocument,
  Patron,
  PatronChanges,
  PatronStatus,
} from '../../../adapters/patrons/port.ts';
import { withoutUndefined } from '../../../platform/without-undefined.ts';
import {
  certificateNumberOf,
  identityNumberOf,
  isIdentityNumber,
} from '../../library/card-and-identity-numbers.ts';
import { oneLine, optionalText, telephoneFault, telephoneOf } from '../../library/contact.ts';
import type { Localized } from '../../library/language.ts';
import {
  certificateFault,
  chineseNameFault,
  dateOfBirthFault,
  englishNameFault,
  englishNameOf,
  guarantorNameFault,
  guarantorNameOf,
  isTooYoungForSmartId,
  needsGuarantor,
} from '../../library/person.ts';
import { invalidFields, invalidTexts, type PatronProblem, problem } from './problems.ts';

/** The changes in an `AmendPatronInput`. An absent field stays as it is, and a null field is cleared. */
export interface PatronAmendmentForm {
  readonly version: string;
  readonly englishName?: string;
  readonly chineseName?: string | null;
  readonly dateOfBirth?: string;
  readonly identityNumber?: string | null;
  readonly birthCertificateNumber?: string | null;
  readonly guarantor?: GuarantorForm | null;
  /** This field can only be cleared. The telephone number of a new guarantor is in `guarantor`. */
  readonly guarantorTelephone?: null;
  readonly status?: PatronStatus;
}

/** Without a telephone number, a guarantor of the same name keeps the registered number. */
interface GuarantorForm {
  readonly name: string;
  readonly telephone?: string | null;
}

export const documentFields = {
  HKID: 'identityNumber',
  BIRTH_CERTIFICATE: 'birthCertificateNumber',
} as const satisfies Record<IdentityDocument['kind'], keyof PatronChanges>;

/**
 * The changes to a record, in the form that the registry stores. A value that the record already has is not a change.
 *
 * @example
 * // englishName 'chan ,tai  man'   becomes { englishName: 'CHAN, TAI MAN' }
 * // identityNumber 'd1357906'      becomes { identityNumber: 'D135790(6)' }
 * // guarantor null                 becomes { guarantor: null }, or {} if the record has none
 * // guarantorTelephone null        becomes { guarantor: { name, telephone: null } }, with the name of the record
 */
export function patronChangesOf(form: PatronAmendmentForm, patron: Patron): PatronChanges {
  const { englishName, chineseName, dateOfBirth, identityNumber, birthCertificateNumber, status } = form;
  const textOf = (typed: string | null | undefined, parse: (text: string) => string) =>
    typed === undefined ? undefined : optionalText(typed, parse);
  const asked: PatronChanges = withoutUndefined({
    englishName: englishName === undefined ? undefined : englishNameOf(englishName),
    chineseName: textOf(chineseName, oneLine),
    dateOfBirth,
    identityNumber: textOf(identityNumber, (typed) => oneLine(identityNumberOf(typed))),
    birthCertificateNumber: textOf(birthCertificateNumber, certificateNumberOf),
    guarantor: guarantorOf(form, patron.guarantor),
    status,
  });
  const current = fieldsOf(patron);
  return Object.fromEntries(
    Object.entries(asked).filter(
      ([field, value]) => !isDeepStrictEqual(value, current[field as keyof PatronChanges]),
    ),
  );
}

/** Whether the record has all of the requested values. */
export function hasPatronChanges(patron: Patron, changes: PatronChanges): boolean {
  const current = fieldsOf(patron);
  return isDeepStrictEqual({ ...current, ...changes }, current);
}

/**
 * The reasons against an amendment: the version, the form of a field (R8), or a rule for applicants that a changed
 * field would break (R3, R4).
 * @param today a day in Hong Kong, `YYYY-MM-DD`
 */
export function patronAmendmentProblems(
  form: PatronAmendmentForm,
  patron: Patron,
  today: string,
): PatronProblem[] {
  const changes = patronChangesOf(form, patron);
  const { identityNumber } = changes;
  const isInvalid = identityNumber != null && !isIdentityNumber(identityNumber);
  return [
    ...(form.version === patron.version ? [] : [problem('VERSION_CONFLICT', 'version')]),
    ...(isInvalid ? [problem('IDENTITY_NUMBER_INVALID', 'identityNumber')] : []),
    ...invalidFields(faultsOf(changes, patron, today)).map((one) => atClear(one, form)),
  ];
}

/** The problem, with `clear` as its field if the input clears the field that the problem is about. */
export function atClear(found: PatronProblem, form: PatronAmendmentForm): PatronProblem {
  const [name = ''] = found.field ?? [];
  return Reflect.get(form, name) === null ? { ...found, field: ['clear'] } : found;
}

/**
 * Checks that each document belongs to one patron (R7).
 * @param holders the patron who is registered under each document that is changed; null if nobody is
 */
export function registeredProblems(
  patronId: string,
  holders: Readonly<Partial<Record<(typeof documentFields)[IdentityDocument['kind']], string | null>>>,
): PatronProblem[] {
  return Object.entries(holders).flatMap(([field, holder]) =>
    holder === null || holder === patronId ? [] : [problem('ALREADY_REGISTERED', field)],
  );
}

function faultsOf(changes: PatronChanges, patron: Patron, today: string) {
  const { englishName, chineseName, dateOfBirth, guarantor } = changes;
  return {
    englishName: englishName === undefined ? null : englishNameFault(englishName),
    chineseName: chineseName == null ? null : chineseNameFault(chineseName),
    dateOfBirth: dateOfBirth === undefined ? null : dateOfBirthFault(dateOfBirth, today),
    identityNumber: documentFault(changes, patron),
    birthCertificateNumber: birthCertificateFault(changes, patron, today),
    guarantor: guarantorFault(changes, patron, today),
    'guarantor.name': guarantor == null ? null : guarantorNameFault(guarantor.name),
    'guarantor.telephone': guarantor?.telephone == null ? null : telephoneFault(guarantor.telephone),
  };
}

/**
 * A minor must have a guarantor (R3). A patron without a date of birth is treated as a minor. A record that already has
 * no guarantor may get other changes.
 */
function guarantorFault(changes: PatronChanges, patron: Patron, today: string): Localized | null {
  const { dateOfBirth, guarantor } = { ...fieldsOf(patron), ...changes };
  const isChanged = 'dateOfBirth' in changes || 'guarantor' in changes;
  const mayNeedOne = dateOfBirth === null || needsGuarantor(dateOfBirth, today);
  return isChanged && mayNeedOne && guarantor === null ? invalidTexts.GUARANTOR_NEEDED : null;
}

/**
 * A patron without a document could be registered a second time (R7). A record that already has none may get other
 * changes.
 */
function documentFault(changes: PatronChanges, patron: Patron): Localized | null {
  const { identityNumber, birthCertificateNumber } = { ...fieldsOf(patron), ...changes };
  return changesDocument(changes) && identityNumber === null && birthCertificateNumber === null
    ? invalidTexts.DOCUMENT_NEEDED
    : null;
}

/** A child is identified by birth certificate (R4). A record that already has none may get other changes. */
function birthCertificateFault(changes: PatronChanges, patron: Patron, today: string): Localized | null {
  if (changes.birthCertificateNumber != null) {
    return certificateFault(changes.birthCertificateNumber);
  }
  const { dateOfBirth, birthCertificateNumber } = { ...fieldsOf(patron), ...changes };
  const isChanged = 'dateOfBirth' in changes || changesDocument(changes);
  const isChild = dateOfBirth !== null && isTooYoungForSmartId(dateOfBirth, today);
  return isChanged && isChild && birthCertificateNumber === null
    ? invalidTexts.BIRTH_CERTIFICATE_NEEDED
    : null;
}

/** Whether a document is added, replaced or cleared. */
const changesDocument = (changes: PatronChanges): boolean =>
  Object.values(documentFields).some((field) => field in changes);

/** The requested guarantor. Undefined if the present one stays as it is, and null if the guarantor is removed. */
function guarantorOf(
  { guarantor, guarantorTelephone }: PatronAmendmentForm,
  present: Patron['guarantor'],
): PatronChanges['guarantor'] {
  if (guarantor === undefined && guarantorTelephone === null && present !== null) {
    return { ...present, telephone: null };
  }
  if (guarantor == null) {
    return guarantor;
  }
  const name = guarantorNameOf(guarantor.name);
  const kept = name === present?.name && guarantorTelephone === undefined ? present.telephone : null;
  return { name, telephone: guarantor.telephone == null ? kept : telephoneOf(guarantor.telephone) };
}

/**
 * The fields of a record that can be changed. The registry may lack the date of birth. A change can add it, but not
 * clear it.
 */
type ChangeableFields = Omit<Required<PatronChanges>, 'dateOfBirth'> & Pick<Patron, 'dateOfBirth'>;

function fieldsOf(patron: Patron): ChangeableFields {
  const { englishName, chineseName, dateOfBirth, identityDocuments, guarantor, status } = patron;
  const numberOf = (kind: IdentityDocument['kind']) =>
    identityDocuments.find((document) => document.kind === kind)?.number ?? null;
  return {
    englishName,
    chineseName,
    dateOfBirth,
    guarantor,
    status,
    identityNumber: numberOf('HKID'),
    birthCertificateNumber: numberOf('BIRTH_CERTIFICATE'),
  };
}
