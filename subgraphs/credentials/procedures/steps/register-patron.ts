import { z } from 'zod';
import type { IdentityDocument, NewPatron, Patron } from '../../../../adapters/patrons/port.ts';
import { OperationRefused } from '../../../operations/operation-refused.ts';
import { invalid, problem } from '../../rules/problem.ts';
import type { CredentialTask } from '../services.ts';

const nullableText = z.string().nullable();

/** A stranger to register, as the plan stores it until that is done. */
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
 * Registers a stranger, and returns the number of the patron. Safe to repeat, although the registry takes no reference: it
 * registers one patron per document (R7). If an earlier attempt went unanswered, the document is registered already; the record
 * under it is then this operation's own, if name and date of birth are the same.
 *
 * @example
 * // The first attempt was carried out, but its answer was lost.
 * // The second is refused as ALREADY_REGISTERED; the document leads to the record, and its number is returned.
 *
 * @throws OperationRefused ALREADY_REGISTERED where the record is another person's, INVALID where the registry refuses it.
 */
export async function registerPatron(
  { services, signal }: CredentialTask,
  stranger: NewPatron,
): Promise<string> {
  const answer = await services.patrons.register(stranger, signal);
  if ('patron' in answer) {
    return answer.patron.number;
  }
  if (answer.refused === 'INVALID') {
    throw new OperationRefused([invalid('NOT_ACCEPTED_BY_REGISTRY', 'applicationId')]);
  }
  const document = identifyingDocument(stranger);
  const found = document === null ? null : await services.patrons.findByDocument(document, signal);
  if (found !== null && isSamePerson(found, stranger)) {
    return found.number;
  }
  throw new OperationRefused([problem('ALREADY_REGISTERED', 'applicationId')]);
}

/**
 * The document to find this operation's own record by. That record has every document of the stranger. So if an identity number
 * was given, a record with only the birth certificate was made by somebody else.
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
