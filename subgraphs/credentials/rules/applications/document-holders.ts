import type { Applicant, NewApplication } from '../../../../adapters/credentials/port.ts';
import type { IdentityDocument, Patron, PatronNumber } from '../../../../adapters/patrons/port.ts';
import { type CredentialProblem, problem } from '../problem.ts';

/** Who is registered under each document of an application; null where nobody is, or the document was not given. */
export interface DocumentHolders {
  readonly identityNumber: PatronNumber | null;
  readonly birthCertificateNumber: PatronNumber | null;
}

/**
 * Stands for the holders when the caller is not staff: the registry was not asked. A stranger's application is simply received,
 * so that no answer reveals who is registered (R7).
 */
export const undisclosedHolders: DocumentHolders = { identityNumber: null, birthCertificateNumber: null };

/**
 * R7: one patron per identity document. `patron` is the applicant's record; null for a stranger, and for a patron number that
 * the registry does not know.
 *
 * @example
 * // A stranger whose document is registered: ALREADY_REGISTERED.
 * // A patron whose number or date of birth differs from the record: IDENTITY_MISMATCH.
 * // A patron registered by birth certificate who gives an identity number: no problem, staff compare the documents.
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

/** The field of an application that holds each kind of document. */
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
 * True for a document that, by the record, is not the patron's. False for a document of a kind that the record lacks: a patron
 * registered by birth certificate who now has an identity card is matched by the staff who approve (R7).
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
  // The record has an identity number, so the application must name it: an unregistered birth certificate is no proof.
  return hasIdentityNumber(identityDocuments) && applicant.identityNumber === null;
}

/**
 * R7: the identity number that an approval writes into the registry's record, so that the patron is found by it and is never
 * registered twice. Null where the application has none, and where the record has one: that is never overwritten.
 */
export function identityNumberToAdd(
  { identityNumber }: Applicant,
  { identityDocuments }: Patron,
): string | null {
  return hasIdentityNumber(identityDocuments) ? null : identityNumber;
}

const hasIdentityNumber = (documents: Patron['identityDocuments']): boolean =>
  documents.some(({ kind }) => kind === 'HKID');
