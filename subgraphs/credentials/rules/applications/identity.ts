import type { Applicant, NewApplication } from '../../../../adapters/credentials/port.ts';
import type { Patron, PatronNumber } from '../../../../adapters/patrons/port.ts';
import { type CredentialProblem, problem } from '../problem.ts';

/** Whom the registry has by each document of an application; null where it has nobody or the document is not given. */
export interface DocumentHolders {
  readonly identityNumber: PatronNumber | null;
  readonly birthCertificateNumber: PatronNumber | null;
}

/**
 * What is handed in for who is not staff, without asking the registry: a stranger's application is simply received, and
 * who else is registered is not to be learnt from an answer (R7).
 */
export const untold: DocumentHolders = { identityNumber: null, birthCertificateNumber: null };

/**
 * R7: one patron per identity document. `patron` is the record of who applies, null for a stranger and for a patron number
 * that the registry doesn't know.
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

const documents = ['identityNumber', 'birthCertificateNumber'] as const;
type Document = (typeof documents)[number];

function mismatches(applicant: Applicant, patron: Patron, holders: DocumentHolders): CredentialProblem[] {
  const fields = [
    ...documents.filter((document) => isAnothers(document, applicant, patron, holders)),
    ...(applicant.dateOfBirth === patron.dateOfBirth ? [] : ['dateOfBirth']),
  ];
  return fields.map((field) => problem('IDENTITY_MISMATCH', 'applicant', field));
}

/**
 * True for a document that is not the patron's by the record. Not for one of a kind that the record has none of: a patron
 * registered by birth certificate who now has an identity card is matched by the staff who approve.
 */
function isAnothers(
  document: Document,
  applicant: Applicant,
  { number, identityDocument }: Patron,
  holders: DocumentHolders,
): boolean {
  const given = applicant[document];
  if (given === null) {
    return false;
  }
  if (identityDocument !== null && document === fieldOf[identityDocument.kind]) {
    return given !== identityDocument.number;
  }
  const holder = holders[document];
  if (holder !== null) {
    return holder !== number;
  }
  // The registry's own identity number is wanted: a birth certificate that nobody knows does not stand for it.
  return identityDocument?.kind === 'HKID' && applicant.identityNumber === null;
}

/**
 * R7: the identity number that an approval writes into the registry's record, so that its patron is found by it and never
 * registered twice. Null where the record has an identity number, which is never written over, and where none is given.
 */
export function identityNumberToAdd(
  { identityNumber }: Applicant,
  { identityDocument }: Patron,
): string | null {
  return identityDocument?.kind === 'HKID' ? null : identityNumber;
}

const fieldOf = { HKID: 'identityNumber', BIRTH_CERTIFICATE: 'birthCertificateNumber' } as const;
