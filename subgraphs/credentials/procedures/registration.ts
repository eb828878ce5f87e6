import { z } from 'zod';
import type { IdentityDocument, NewPatron, Patron } from '../../../adapters/patrons/port.ts';
import { OperationRefused } from '../../operations/operation-refused.ts';
import { Unfinished } from '../../operations/procedure.ts';
import { problem } from '../rules/problem.ts';
import type { CredentialTask } from './services.ts';

const known = z.string().nullable();
/** A stranger to register, as it is kept until that is done. */
export const newPatron = z.object({
  englishName: z.string(),
  chineseName: known,
  identityNumber: known,
  birthCertificateNumber: known,
  dateOfBirth: z.string(),
  addressLines: z.array(z.string()).readonly(),
  addressProven: z.boolean(),
  telephone: known,
  email: known,
  guarantor: z.object({ name: z.string(), telephone: known }).nullable(),
});

/**
 * The number of the patron whom the stranger is registered as. The registry takes no reference, and one patron for each
 * document: where it has the document already, after a silence that was our own doing, it tells who it is (R7). Throws
 * `OperationRefused` where that is somebody else.
 */
export async function registered(
  { services, signal }: CredentialTask,
  stranger: NewPatron | null,
): Promise<string> {
  if (stranger === null) {
    throw new Error('there is neither a patron nor a stranger');
  }
  const answer = await services.patrons.register(stranger, signal);
  if ('patron' in answer) {
    return answer.patron.number;
  }
  if (answer.refused === 'INVALID') {
    throw new OperationRefused([
      {
        code: 'INVALID',
        message: 'The registry does not take this record: compare what was filled in.',
        field: ['applicationId'],
      },
    ]);
  }
  const document = documentOf(stranger);
  const found = document === null ? null : await services.patrons.findByDocument(document, signal);
  if (found !== null && isSame(found, stranger)) {
    return found.number;
  }
  throw new OperationRefused([problem('ALREADY_REGISTERED', 'applicationId')]);
}

/** Our own record has every document of the stranger's. One with the birth certificate alone was made by somebody else. */
function documentOf({ identityNumber, birthCertificateNumber }: NewPatron): IdentityDocument | null {
  if (identityNumber !== null) {
    return { kind: 'HKID', number: identityNumber };
  }
  return birthCertificateNumber === null
    ? null
    : { kind: 'BIRTH_CERTIFICATE', number: birthCertificateNumber };
}

/** Why the registry would not write an identity number: nothing was done then. */
const problemOfAddition = {
  NOT_FOUND: problem('NOT_FOUND', 'applicationId'),
  ALREADY_REGISTERED: problem('ALREADY_REGISTERED', 'applicationId'),
  // A counter has written another since this was judged: that one stays, or the record would be somebody else's.
  HAS_ANOTHER: problem('IDENTITY_MISMATCH', 'applicationId'),
  INVALID: problem('IDENTITY_NUMBER_INVALID', 'applicationId'),
} as const;

/**
 * Writes the patron's identity number into the registry's record (R7). Done is what the record says, not what was answered:
 * each try reads it first. Throws `OperationRefused` where it can't be written, `Unfinished` where the record changes at every try.
 */
export async function addIdentityNumber(
  { services, signal }: CredentialTask,
  patronId: string,
  identityNumber: string,
): Promise<void> {
  const add = () => services.patrons.addIdentityNumber(patronId, identityNumber, signal);
  const first = await add();
  // Changed since it was read: by ourselves, where the change was delivered twice or by two runners, or by somebody else.
  const outcome = 'refused' in first && first.refused === 'VERSION_CONFLICT' ? await add() : first;
  if ('patron' in outcome) {
    return;
  }
  if (outcome.refused === 'VERSION_CONFLICT') {
    throw new Unfinished('the record changes at every try');
  }
  throw new OperationRefused([problemOfAddition[outcome.refused]]);
}

const isSame = (patron: Patron, { englishName, dateOfBirth }: NewPatron): boolean =>
  patron.englishName === englishName && patron.dateOfBirth === dateOfBirth;
