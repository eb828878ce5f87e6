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
 * The holders if the caller is not staff. The registry is then not called. A stranger's application is always received,
 * so that no answer reveals who is registered (R7).
 */
export const undisclosedHolders: DocumentHolders = { identityNumber: null, birthCertificateNumber: null };

/**
 * Checks that each identity document belongs to one patron (R7).
 *
 * @example
 * // A stranger whose document is registered: ALREADY_REGISTERED.
 * // A patron whose number or date of birth differs from the record: IDENTITY_MISMATCH.
 * // A patron registered by birth certificate who gives an identity number: no problem, staff compare the documents.
 *
 * @param patron the applicant's record; null for a stranger, and for a patron number that the registry does not know
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
 * Whether the registry shows that a document is not the patron's. If the record has no document of this kind, and
 * nobody else is registered by the document, this is rarely so. For example, a patron may have been registered by birth
 * certificate, and now have an identity card. Staff then compare the documents (R7).
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
  // If the record has an identity number, the application must name it. An unregistered birth certificate proves
  // nothing.
  return hasIdentityNumber(identityDocuments) && applicant.identityNumber === null;
}

/**
 * The identity number that an approval writes into the registry's record (R7). By this number the patron is found
 * later, and not registered twice. Null if the application has no identity number. Also null if the record has one,
 * because the record's number is never overwritten.
 */
export function identityNumberToAdd(
  { identityNumber }: Applicant,
  { identityDocuments }: Patron,
): string | null {
  return hasIdentityNumber(identityDocuments) ? null : identityNumber;
}

/**
 * The numbers that an approval writes into the registry: a stranger's numbers, or the identity number that is added to
 * the record.
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
