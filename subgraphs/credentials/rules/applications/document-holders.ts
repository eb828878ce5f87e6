import type { Applicant, NewApplication } from '../../../../adapters/credentials/port.ts';
import type { IdentityDocument, Patron, PatronNumber } from '../../../../adapters/patrons/port.ts';
import { type CredentialProblem, problem } from '../problem.ts';

/**
 * The patron who is registered under each document of an application. Null if nobody is, or if the document was not
 * given.
 */
export interface DocumentHolders {
  readonly identityNumber: PatronNumber | null;
  readonly birthCertificateNumber: PatronNumber | null;
}

/**
 * The holders that are assumed if the caller is not staff: nobody. The registry is not called. So the application of an
 * unregistered person is always received, and no answer reveals who is registered (R7).
 */
export const undisclosedHolders: DocumentHolders = { identityNumber: null, birthCertificateNumber: null };

/**
 * Checks that each identity document belongs to one patron (R7).
 *
 * @example
 * // An unregistered applicant whose document is registered: ALREADY_REGISTERED.
 * // A patron whose number or date of birth differs from the record: IDENTITY_MISMATCH.
 * // A patron registered by birth certificate who gives an identity number: no problem, staff compare the documents.
 *
 * @param patron the applicant's record; null for an unregistered applicant, and for a patron number that the registry
 *   does not know
 */
export function identityProblems(
  { patronId, applicant }: NewApplication,
  patron: Patron | null,
  holders: DocumentHolders,
): CredentialProblem[] {
  if (patronId === null) {
    return documents
      .filter((document) => holders[document] !== null)
      .map((document) => problem('ALREADY_REGISTERED', 'applicant', document));
  }
  return patron === null ? [problem('NOT_FOUND', 'patronId')] : mismatches(applicant, patron, holders);
}

type DocumentField = keyof DocumentHolders;

const documentFields: Readonly<Record<IdentityDocument['kind'], DocumentField>> = {
  HKID: 'identityNumber',
  BIRTH_CERTIFICATE: 'birthCertificateNumber',
};
const documents = Object.values(documentFields);

function mismatches(applicant: Applicant, patron: Patron, holders: DocumentHolders): CredentialProblem[] {
  const fields = [
    ...documents.filter((document) => belongsToAnother(document, applicant, patron, holders)),
    ...(applicant.dateOfBirth === patron.dateOfBirth ? [] : ['dateOfBirth']),
  ];
  return fields.map((field) => problem('IDENTITY_MISMATCH', 'applicant', field));
}

/**
 * Whether the registry shows that a document is not the patron's. If the record has no document of this kind, the
 * registry usually can't show this. For example, a patron who was registered by birth certificate may now have an
 * identity card. Staff then compare the documents (R7).
 */
function belongsToAnother(
  document: DocumentField,
  applicant: Applicant,
  { number: patronId, identityDocuments }: Patron,
  holders: DocumentHolders,
): boolean {
  const number = applicant[document];
  if (number === null) {
    return false;
  }
  const registered = identityDocuments.find(({ kind }) => document === documentFields[kind]);
  if (registered !== undefined) {
    return number !== registered.number;
  }
  const holder = holders[document];
  if (holder !== null) {
    return holder !== patronId;
  }
  // Nobody is registered by this birth certificate, so it does not identify the patron. If the record has an identity
  // number, the application must name it.
  return hasIdentityNumber(identityDocuments) && applicant.identityNumber === null;
}

/**
 * The identity number that an approval writes into the patron's record (R7). Later applications then find the patron by
 * it, so nobody is registered twice. Null if the application has no identity number. Also null if the record has one,
 * because that number is never overwritten.
 */
export function identityNumberToAdd(
  { identityNumber }: Applicant,
  { identityDocuments }: Patron,
): string | null {
  return hasIdentityNumber(identityDocuments) ? null : identityNumber;
}

/**
 * The document numbers that an approval writes into the registry: all numbers of an unregistered applicant, or the
 * identity number that a patron's record lacks.
 */
export function documentsToWrite(
  { patronId, applicant }: NewApplication,
  patron: Patron | null,
): readonly string[] {
  const numbers =
    patronId === null
      ? [applicant.identityNumber, applicant.birthCertificateNumber]
      : [patron === null ? null : identityNumberToAdd(applicant, patron)];
  return numbers.filter((number) => number !== null);
}

const hasIdentityNumber = (documents: Patron['identityDocuments']): boolean =>
  documents.some(({ kind }) => kind === 'HKID');
