import { z } from 'zod';
import type { IdentityDocument, NewPatron, Patron } from '../../../../adapters/patrons/port.ts';
import { OperationRefused } from '../../../operations/operation-refused.ts';
import { invalid, problem } from '../../rules/problem.ts';
import type { CredentialTask } from '../services.ts';

const nullableText = z.string().nullable();

/** A person to register as a patron, in the form in which the plan stores them. */
export const newPatronSchema = z.object({
  englishName: z.string(),
  chineseName: nullableText,
  identityNumber: nullableText,
  birthCertificateNumber: nullableText,
  dateOfBirth: z.string(),
  addressLines: z.array(z.string()).readonly(),
  addressProven: z.boolean(),
  telephone: nullableText,
  email: nullableText,
  guarantor: z.object({ name: z.string(), telephone: nullableText }).nullable(),
});

/**
 * Registers a person, and returns the number of the new patron. The registry takes no reference. It is safe to repeat
 * all the same, because the registry registers a document only once (R7). If the answer to an earlier attempt was lost,
 * the document is already registered. If the registered patron has the same name and date of birth, this operation made
 * the record.
 *
 * @example
 * // The first attempt was carried out, but its answer was lost.
 * // The second is refused as ALREADY_REGISTERED; the document leads to the record, and its number is returned.
 *
 * @throws OperationRefused ALREADY_REGISTERED if the record is another person's, INVALID if the registry refuses the
 *   data.
 */
export async function registerPatron(
  { services, signal }: CredentialTask,
  newPatron: NewPatron,
): Promise<string> {
  const answer = await services.patrons.register(newPatron, signal);
  if ('patron' in answer) {
    return answer.patron.number;
  }
  if (answer.refused === 'INVALID') {
    throw new OperationRefused([invalid('NOT_ACCEPTED_BY_REGISTRY', 'applicationId')]);
  }
  answer.refused satisfies 'ALREADY_REGISTERED';
  const document = identifyingDocument(newPatron);
  const found = document === null ? null : await services.patrons.findByDocument(document, signal);
  if (found !== null && isSamePerson(found, newPatron)) {
    return found.number;
  }
  throw new OperationRefused([problem('ALREADY_REGISTERED', 'applicationId')]);
}

/**
 * The document by which to find a record that this operation has made. Such a record has all documents of the person.
 * So it is found by the identity number if there is one. Null if the person has no document.
 */
function identifyingDocument({ identityNumber, birthCertificateNumber }: NewPatron): IdentityDocument | null {
  if (identityNumber !== null) {
    return { kind: 'HKID', number: identityNumber };
  }
  return birthCertificateNumber === null
    ? null
    : { kind: 'BIRTH_CERTIFICATE', number: birthCertificateNumber };
}

const isSamePerson = (patron: Patron, { englishName, dateOfBirth }: NewPatron): boolean =>
  patron.englishName === englishName && patron.dateOfBirth === dateOfBirth;
